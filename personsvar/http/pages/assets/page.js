// The page is whole without this. With it: a player for each message, whose words light up as they are heard, and an
// inbox that shows what arrives.
(() => {
"use strict";

const HEARD_AFTER_SECONDS = 3; // as on the phone
const SPEEDS = [1, 1.5, 2];
const JUMP = 8;
const LIT_AFTER_SECONDS = 0.6; // a word stays lit till the next one, but not in a long silence

const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

function makePlayer(box) {
  const audio = box.querySelector("audio");
  audio.before(document.getElementById("controls").content.cloneNode(true));
  audio.controls = false;
  audio.hidden = true;
  const [play, range, time, back, forward, speed, fault] = [
    ".play", "input", ".time", ".back", ".forward", ".speed", ".wrong",
  ].map((sign) => box.querySelector(sign));
  const whole = () => (Number.isFinite(audio.duration) ? audio.duration : Number(box.dataset.seconds));
  let wanted = null; // where to go on, asked for before the sound was there

  function show() {
    const at = wanted ?? audio.currentTime;
    range.max = whole();
    range.value = at;
    range.setAttribute("aria-valuetext", `${clock(at)} / ${clock(whole())}`);
    box.style.setProperty("--at", `${(100 * at) / whole()}%`);
    time.textContent = clock(at > 0 || !audio.paused ? at : whole());
    light();
  }

  function go(seconds) {
    const at = Math.min(Math.max(seconds, 0), whole());
    if (audio.readyState === 0) wanted = at;
    else audio.currentTime = at;
    show();
  }

  let lit = null;

  function light() {
    const at = wanted ?? audio.currentTime;
    let now = null;
    if (at > 0 || !audio.paused) {
      for (const word of box.parentElement.querySelectorAll(".words [data-at]")) {
        if (Number(word.dataset.at) > at) break;
        if (Number(word.dataset.to) + LIT_AFTER_SECONDS > at) now = word;
      }
    }
    if (lit !== now) lit?.classList.remove("now");
    now?.classList.add("now");
    lit = now;
  }

  function follow() {
    light();
    if (!audio.paused) requestAnimationFrame(follow);
  }

  function start() {
    fault.hidden = true;
    for (const other of document.querySelectorAll("audio")) if (other !== audio) other.pause();
    audio.play().catch((wrong) => { fault.hidden = wrong.name === "AbortError"; });
  }

  function draw() {
    const picture = new Image();
    picture.onload = () => {
      box.style.setProperty("--wave", `url("${picture.src}")`);
      box.classList.add("drawn");
    };
    picture.src = box.dataset.wave;
  }

  function tellHeard() {
    if (!box.dataset.heard || (!audio.ended && audio.currentTime < HEARD_AFTER_SECONDS)) return;
    const where = box.dataset.heard;
    box.dataset.heard = "";
    const token = document.querySelector("input[name=token]").value;
    fetch(where, { method: "POST", body: new URLSearchParams({ token, quietly: "yes" }), keepalive: true })
      .then((answer) => { if (!answer.ok) box.dataset.heard = where; }, () => { box.dataset.heard = where; });
  }

  function label() {
    box.classList.toggle("playing", !audio.paused);
    play.setAttribute("aria-label", audio.paused ? play.dataset.play : play.dataset.pause);
  }

  play.addEventListener("click", () => {
    if (audio.paused) start();
    else audio.pause();
  });
  box.parentElement.addEventListener("click", (event) => {
    const word = event.target.closest(".words [data-at]");
    if (!word || !getSelection().isCollapsed) return;
    go(Number(word.dataset.at));
    start();
  });
  back.addEventListener("click", () => go((wanted ?? audio.currentTime) - JUMP));
  forward.addEventListener("click", () => go((wanted ?? audio.currentTime) + JUMP));
  speed.addEventListener("click", () => {
    audio.playbackRate = SPEEDS[(SPEEDS.indexOf(audio.playbackRate) + 1) % SPEEDS.length];
    speed.textContent = `${String(audio.playbackRate).replace(".", document.documentElement.lang === "nb" ? "," : ".")}×`;
    speed.setAttribute("aria-label", `${speed.dataset.label} ${speed.textContent}`);
  });
  range.addEventListener("input", () => go(Number(range.value)));
  audio.addEventListener("loadedmetadata", () => {
    if (wanted !== null) audio.currentTime = wanted;
    wanted = null;
    show();
  });
  audio.addEventListener("timeupdate", () => { show(); tellHeard(); });
  for (const event of ["play", "pause", "ended"]) audio.addEventListener(event, () => { label(); show(); });
  audio.addEventListener("play", follow);
  audio.addEventListener("ended", tellHeard);
  audio.addEventListener("error", () => { fault.hidden = false; label(); });
  draw();
  show();
}

// A player is made when its message is opened: nothing is fetched before.
document.addEventListener("toggle", (event) => {
  const box = event.target.open && event.target.querySelector(".player");
  if (box && !box.querySelector(".controls")) makePlayer(box);
  if (!event.target.open) event.target.querySelector("audio")?.pause();
}, true);

// What arrives while the page is open. Without the library all of it is loaded anew, but not into a message.
let missed = false;
let actions = 0; // what the owner began to do, and how much of it is under way
let underWay = 0;

function lookAgain() {
  if (document.hidden || underWay) { missed = true; return; }
  missed = false;
  if (!window.htmx) {
    if ([...document.querySelectorAll("audio")].every((audio) => audio.paused)) location.reload();
    return;
  }
  const how = { target: "#live", select: "#live", swap: "outerMorph", looked: actions };
  htmx.ajax("GET", document.getElementById("live").dataset.here, how)
    .then(() => { const said = document.getElementById("said"); said.textContent = said.dataset.new; });
}

const isLook = (event) => event.detail.ctx.looked !== undefined;
document.addEventListener("htmx:before:request", (event) => { if (!isLook(event)) { actions += 1; underWay += 1; } });
document.addEventListener("htmx:finally:request", (event) => {
  if (isLook(event)) return;
  underWay -= 1;
  if (missed) lookAgain();
});
document.addEventListener("htmx:before:swap", (event) => {
  if (!isLook(event) || event.detail.ctx.looked === actions) return;
  event.preventDefault(); // it was looked before the owner did something
  lookAgain();
});

function listen(where) {
  const events = new EventSource(where);
  events.addEventListener("changed", lookAgain);
  events.addEventListener("error", () => {
    if (events.readyState !== EventSource.CLOSED) return; // else the browser tries again
    lookAgain(); // logged out elsewhere it leads to the log-in; or there was no place: look by ourselves
    setTimeout(() => listen(where), 60_000);
  });
}

document.addEventListener("visibilitychange", () => { if (!document.hidden && missed) lookAgain(); });
const live = document.querySelector("[data-live]");
if (live) listen(live.dataset.live);
})();
