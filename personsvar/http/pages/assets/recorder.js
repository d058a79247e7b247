// A recording made in the browser: heard first, then kept by the form that uploads one, or dropped. A greeting's
// has a button of its own; an absence's goes with all else that its form says (data-with-form).
(() => {
"use strict";

const FORMS = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4"];
const AS_IT_IS = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
const BITS_A_SECOND = 48_000; // of the longest greeting that an operator may allow it is less than an upload may have
const LATE_SECONDS = 1; // a busy browser stops so much too late, and what is longer than allowed is refused
const QUIETEST_DBFS = -60;
const BAR_PIXELS = 6; // one of the picture's, with the gap behind it
const BAR_MILLISECONDS = 60;
const REFUSALS = { NotAllowedError: "refused", NotFoundError: "missing" };

const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
const read = (html) => new DOMParser().parseFromString(html, "text/html");
// What a page says that is no success: of a form, or as a whole.
const wordsOf = (page) => (page.querySelector("[role=alert]") ?? page.querySelector("main p")).textContent;
const recorders = [];

// The microphone while it is listened to: what it records, and how loud it is.
function listenTo(stream) {
  const wanted = FORMS.find((form) => MediaRecorder.isTypeSupported(form));
  const recorder = new MediaRecorder(stream, { mimeType: wanted, audioBitsPerSecond: BITS_A_SECOND });
  const context = new AudioContext();
  context.resume(); // Safari begins it suspended
  const ear = context.createAnalyser();
  const heard = new Float32Array(ear.fftSize);
  context.createMediaStreamSource(stream).connect(ear);
  const level = () => {
    ear.getFloatTimeDomainData(heard);
    const loudness = Math.sqrt(heard.reduce((sum, it) => sum + it * it, 0) / heard.length);
    return Math.min(Math.max(1 - (20 * Math.log10(loudness)) / QUIETEST_DBFS, 0), 1);
  };
  const close = () => {
    stream.getTracks().forEach((track) => track.stop());
    context.close();
  };
  return { recorder, level, close };
}

// The last seconds as bars, the newest to the right.
function draw(canvas, levels) {
  const [width, height] = [canvas.clientWidth, canvas.clientHeight].map((it) => Math.round(it * devicePixelRatio));
  Object.assign(canvas, { width, height });
  const pen = canvas.getContext("2d");
  const step = BAR_PIXELS * devicePixelRatio;
  pen.fillStyle = getComputedStyle(canvas).color;
  levels.splice(0, levels.length - Math.ceil(width / step));
  levels.forEach((level, at) => {
    const tall = Math.max(level * height, step / 3);
    pen.fillRect(width - (levels.length - at) * step, (height - tall) / 2, step / 2, tall);
  });
}

function makeRecorder(box) {
  const form = box.closest("form");
  box.append(document.getElementById("recorder").content.cloneNode(true));
  const [record, picture, time, told, fault, kept, audio, save, drop] = [
    ".record", ".level", ".time", ".told", ".wrong", ".take", "audio", ".save", ".drop",
  ].map((sign) => box.querySelector(sign));
  const most = Number(box.dataset.seconds);
  const goesWithForm = "withForm" in box.dataset;
  let microphone = null; // while it records
  let asked = false; // whether the microphone may be used
  let take = null;
  let isSending = false;

  const say = (name) => { told.textContent = name ? told.dataset[name] : ""; };
  const complain = (words) => { fault.textContent = words; fault.hidden = !words; };

  function show() {
    const name = microphone ? "stop" : take ? "again" : "record";
    record.querySelector("span").textContent = record.dataset[name];
    box.classList.toggle("recording", microphone !== null);
    kept.hidden = take === null || microphone !== null;
  }

  function put(sound) {
    URL.revokeObjectURL(audio.src);
    audio.removeAttribute("src");
    take = sound;
    if (sound) audio.src = URL.createObjectURL(sound);
  }

  async function begin() {
    if (asked) return;
    asked = true;
    complain("");
    say("");
    for (const other of recorders) other.stop();
    for (const other of document.querySelectorAll("audio")) other.pause();
    let stream = null;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: AS_IT_IS });
      run(listenTo(stream));
    } catch (wrong) {
      stream?.getTracks().forEach((track) => track.stop());
      complain(fault.dataset[REFUSALS[wrong.name] ?? "busy"]);
    }
    asked = false;
  }

  function run(opened) {
    const parts = [];
    const began = performance.now();
    const levels = [];
    const limit = setTimeout(stop, (most - LATE_SECONDS) * 1000);
    microphone = opened;
    opened.recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
    opened.recorder.addEventListener("stop", () => {
      clearTimeout(limit);
      opened.close();
      microphone = null;
      const sound = new Blob(parts, { type: opened.recorder.mimeType });
      if (sound.size) put(sound);
      say(sound.size ? "stopped" : "");
      complain(sound.size ? "" : fault.dataset.empty);
      show();
    });
    opened.recorder.start();
    show();
    (function follow() {
      if (microphone !== opened) return;
      time.textContent = `${clock((performance.now() - began) / 1000)} / ${clock(most)}`;
      levels.push(opened.level());
      draw(picture, levels);
      setTimeout(follow, BAR_MILLISECONDS);
    })();
  }

  function stop() {
    if (microphone?.recorder.state === "recording") microphone.recorder.stop();
  }

  // The page may have been open for long: who logged in anew meanwhile has another token.
  async function freshToken() {
    const page = await fetch(box.dataset.page);
    return page.redirected ? null : read(await page.text()).querySelector("input[name=token]").value;
  }

  async function send() {
    const token = await freshToken();
    if (token === null) return fault.dataset.out;
    const body = new FormData(form);
    body.set("token", token);
    body.set("recording", take, "recording");
    const answer = await fetch(form.action, { method: "POST", body });
    if (!answer.redirected) return wordsOf(read(await answer.text()));
    put(null);
    location.assign(answer.url);
    return "";
  }

  async function keep() {
    if (isSending) return;
    isSending = true;
    complain("");
    say("saving");
    complain(await send().catch(() => fault.dataset.unsent));
    say("");
    isSending = false;
  }

  function sendWithForm(event) {
    if (!take && !microphone) return;
    event.preventDefault();
    if (microphone) stop(); // it is heard first
    else keep();
  }

  if (goesWithForm) {
    save.remove();
    form.addEventListener("submit", sendWithForm);
  }
  record.setAttribute("aria-describedby", box.closest("[aria-labelledby]").getAttribute("aria-labelledby"));
  record.addEventListener("click", () => (microphone ? stop() : begin()));
  save.addEventListener("click", keep);
  drop.addEventListener("click", () => {
    put(null);
    complain("");
    say("dropped");
    show();
    record.focus();
  });
  audio.addEventListener("loadedmetadata", () => {
    if (audio.duration === Infinity) audio.currentTime = Number.MAX_SAFE_INTEGER; // its end tells its length
  });
  audio.addEventListener("durationchange", () => { if (audio.duration !== Infinity) audio.currentTime = 0; });
  time.textContent = `${clock(0)} / ${clock(most)}`;
  show();
  box.hidden = false;
  return { stop, isUnsaved: () => take !== null || microphone !== null };
}

const boxes = document.querySelectorAll(".recorder");
if (navigator.mediaDevices && window.MediaRecorder && FORMS.some((form) => MediaRecorder.isTypeSupported(form))) {
  for (const box of boxes) recorders.push(makeRecorder(box));
} else {
  for (const note of document.querySelectorAll(".no-recorder")) note.hidden = false;
}
addEventListener("beforeunload", (event) => { if (recorders.some((it) => it.isUnsaved())) event.preventDefault(); });
})();
