// What is new is put in its place; what is there stays as it is, so that a sound goes on. Ids begin with the time.
const arrived = document.getElementById("arrived");
const localTimes = (within) => {
  for (const time of within.querySelectorAll("time")) time.textContent = new Date(time.dateTime).toLocaleString();
};

async function look() {
  const state = await (await fetch("/state", { cache: "no-store" })).text();
  if (state === arrived.dataset.state) return;
  const page = new DOMParser().parseFromString(await (await fetch("/", { cache: "no-store" })).text(), "text/html");
  for (const article of page.querySelectorAll("article")) {
    if (document.getElementById(article.id)) continue;
    localTimes(article);
    const older = [...arrived.querySelectorAll("article")].find((one) => one.id < article.id);
    arrived.insertBefore(article, older ?? null);
  }
  document.getElementById("nothing").hidden = arrived.querySelector("article") !== null;
  arrived.dataset.state = page.getElementById("arrived").dataset.state;
}

localTimes(document);
setInterval(() => look().catch(() => {}), 2000);
