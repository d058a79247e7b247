// What is new is put on top; what is there stays as it is, so that a sound goes on.
const arrived = document.getElementById("arrived");
const localTimes = (within) => {
  for (const time of within.querySelectorAll("time")) time.textContent = new Date(time.dateTime).toLocaleString();
};

async function look() {
  const newest = await (await fetch("/newest", { cache: "no-store" })).text();
  if (newest === (arrived.querySelector("article")?.id ?? "")) return;
  const page = new DOMParser().parseFromString(await (await fetch("/", { cache: "no-store" })).text(), "text/html");
  let before = document.getElementById("nothing").nextSibling;
  for (const article of page.querySelectorAll("article")) {
    if (document.getElementById(article.id)) continue;
    localTimes(article);
    arrived.insertBefore(article, before);
  }
  document.getElementById("nothing").hidden = true;
}

localTimes(document);
setInterval(() => look().catch(() => {}), 2000);
