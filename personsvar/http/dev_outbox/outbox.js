// What was sent since the page was opened is put on top of it; what is there stays, and plays on.
(() => {
"use strict";

const EVERY_MILLISECONDS = 2000;
const list = document.getElementById("sent");

async function lookAgain() {
  const page = new DOMParser().parseFromString(await (await fetch(location.pathname)).text(), "text/html");
  const fresh = [...page.querySelectorAll("#sent > li")].filter((it) => !document.getElementById(it.id));
  if (fresh.length) document.getElementById("nothing")?.remove();
  list.prepend(...fresh);
}

(function follow() {
  const next = () => setTimeout(follow, EVERY_MILLISECONDS);
  if (document.hidden) next();
  else lookAgain().then(next, next);
})();
})();
