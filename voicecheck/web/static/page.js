// What every page does: stay open while somebody is there, lock when nobody is, and fetch earlier entries as they come
// into sight. Nothing here knows an address outside this page, and every part works without it except the lock's curtain.
"use strict";

const lockAfterMs = 1000 * Number(document.body.dataset.lockAfterS);
const askEveryMs = Math.min(30_000, lockAfterMs / 4);
let lastUse = Date.now();
let lastAsked = Date.now();

// The curtain: the words leave the window, whether or not the process is still there. Only what somebody who is there
// has just typed stays, for it is kept nowhere else.
function lock(present) {
  const typed = present === true && [...document.querySelectorAll("textarea:not([data-paper])")].find((one) => one.value !== one.defaultValue);
  document.querySelectorAll("audio").forEach((sound) => { sound.pause(); sound.removeAttribute("src"); });
  const curtain = document.getElementById("locked").content.cloneNode(true);
  if (typed) {
    curtain.querySelector(".typed").hidden = false;
    curtain.querySelector("textarea").value = typed.value;
  }
  document.title = document.title.split(" · ").pop();
  document.body.replaceChildren(curtain);
  clearInterval(watching);
}

function use() {
  lastUse = Date.now();
  if (lastUse - lastAsked < askEveryMs) return;
  lastAsked = lastUse;
  stillThere();
}

// Whether the page can still answer somebody who is there; it locks where it cannot.
async function stillThere() {
  const there = await fetch("/alive", { method: "POST" }).then((answer) => answer.ok, () => false);
  if (!there) lock(true);
  return there;
}

// A text is sent once it is known that it can arrive and be kept: a browser that finds nobody would lose it.
for (const field of document.querySelectorAll("textarea[data-longest]")) {
  field.addEventListener("input", () => field.setCustomValidity(
    [...field.value].length > Number(field.dataset.longest) ? field.dataset.tooLong : ""));
  field.form.addEventListener("submit", (event) => {
    event.preventDefault();
    stillThere().then((there) => { if (there) field.form.submit(); });
  });
}

for (const kind of ["keydown", "pointerdown", "pointermove", "wheel", "touchstart", "scroll"]) {
  addEventListener(kind, use, { passive: true, capture: true });
}
document.addEventListener("timeupdate", use, true); // listening is use

const watching = setInterval(() => { if (Date.now() - lastUse >= lockAfterMs) lock(); }, 1000);
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

// Earlier entries take the place of the link to them.
const timeline = document.getElementById("timeline");
if (timeline && "IntersectionObserver" in window) {
  const seen = new IntersectionObserver((spots) => {
    const spot = spots.find((one) => one.isIntersecting);
    if (!spot) return;
    seen.unobserve(spot.target);
    fetch(spot.target.querySelector("a").href).then(async (answer) => {
      if (!answer.ok) return lock();
      const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
      spot.target.replaceWith(...parsed.body.children);
      watch();
    }, () => lock());
  }, { rootMargin: "1500px" });
  const watch = () => {
    const link = timeline.querySelector(".more:not(.end)");
    if (link) seen.observe(link);
  };
  watch();
}

// A sheet that goes to paper is noted as taken along, however it is printed.
const taken = document.getElementById("taken");
if (taken) {
  const button = document.querySelector(".unscripted");
  if (button) button.hidden = true;
  addEventListener("beforeprint", () => fetch(taken.dataset.take, { method: "POST" }).then(
    (answer) => {
      taken.textContent = answer.ok ? taken.dataset.noted : taken.dataset.fault;
      if (!answer.ok && button) button.hidden = false;
    }, () => lock(true)));
}

// On paper. Without a script the browser's own menu prints just as well.
for (const printing of document.querySelectorAll("[data-print]")) {
  printing.hidden = false;
  printing.addEventListener("click", () => print());
}
