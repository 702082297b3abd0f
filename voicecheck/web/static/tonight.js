// The evening as it comes: one stream of events, and buttons that send a word back. The sound never passes through here.
// On another page it keeps the line about the microphone true, and so holds the evening open while somebody reads there.
"use strict";

const mic = document.getElementById("mic");
const tonight = document.getElementById("tonight");
const part = (name) => document.getElementById(name);
const brand = document.title.split(" · ").pop();
const HEARD_FROM = 0.4, HEARD_MS = 700, LOST_MS = 3000, CLOSES_MS = 12_000;
let announced = 0, heardAt = 0, running = mic.classList.contains("open"), lostAt;

function setMic(open, text) {
  running = open;
  mic.className = open ? "open" : "closed";
  part("mic-text").textContent = text || (open ? mic.dataset.open : mic.dataset.closed);
  document.title = open ? `● ${mic.dataset.open} · ${brand}` : `${mic.dataset.closed} · ${brand}`;
}

// A screen reader hears each of these once, in the order in which they came, also after the line was lost for a moment.
function announce(event, text) {
  if (event.number <= announced || !text) return;
  announced = event.number;
  const line = document.createElement("p");
  line.textContent = text;
  part("said").append(line);
  while (part("said").childElementCount > 20) part("said").firstElementChild.remove();
}

function press(what) {
  fetch("/tonight/do", { method: "POST", body: new URLSearchParams({ what }) }).catch(() => {});
}

function button(text, what, quiet) {
  const one = document.createElement("button");
  one.type = "button";
  one.value = what;
  one.textContent = text;
  if (quiet) one.className = "quiet";
  one.addEventListener("click", () => press(what));
  return one;
}

function showActs(names) {
  const held = document.activeElement;
  for (const one of part("acts").children) one.hidden = !names.includes(one.dataset.act);
  if (!names.includes("delete")) part("sure").hidden = true;
  if (held && held.hidden) (part("acts").querySelector("button:not([hidden])") || part("question")).focus();
}

function clear(...names) {
  for (const name of names) part(name).replaceChildren();
  if (names.includes("words")) part("words-part").hidden = true;
}

const show = {
  question(event) {
    clear("words", "sentence", "choices", "pair");
    part("question").textContent = event.text;
    part("place").textContent = event.place;
    announce(event, event.text);
  },
  sentence(event) {
    clear("choices");
    part("sentence").textContent = event.text;
    announce(event, event.text);
  },
  choices(event) {
    const texts = event.texts.map((text, at) => button(text, String(at + 1)));
    part("choices").replaceChildren(...texts, button(part("choices").dataset.none, "0", true));
  },
  pair(event) {
    clear("words");
    part("pair").replaceChildren(...[event.left, event.right].map(([name, text]) => {
      const one = document.createElement("blockquote");
      one.dir = "auto";
      one.textContent = `${name}: ${text}`;
      return one;
    }));
  },
  state(event) {
    tonight.dataset.state = event.name;
    part("state").textContent = event.text;
    showActs(event.acts);
    if (["paused", "deciding"].includes(event.name)) announce(event, event.text);
  },
  level(event) {
    if (event.share >= HEARD_FROM) heardAt = Date.now();
    const hears = Date.now() - heardAt < HEARD_MS && ["listening", "awaiting"].includes(tonight.dataset.state);
    part("level").querySelector(".heard").style.transform = `scale(${0.15 + 0.85 * event.share})`;
    tonight.classList.toggle("hears", hears);
    if (hears !== (part("state").textContent === mic.dataset.hears)) part("state").textContent = hears ? mic.dataset.hears : stateText;
    part("time").textContent = event.time;
  },
  words(event) {
    part("words").textContent = event.text;
    part("words-part").hidden = !event.text;
  },
  notice(event) {
    const line = document.createElement("p");
    line.className = "note";
    line.dir = "auto";
    line.textContent = event.text;
    if (event.act) line.append(" ", button(part("notices").dataset[event.act], event.act, true));
    part("notices").append(line);
    while (part("notices").childElementCount > 6) part("notices").firstElementChild.remove();
    announce(event, event.text);
  },
  withdrawn(event) {
    for (const one of part("notices").querySelectorAll(`button[value="${event.act}"]`)) one.closest("p").remove();
  },
  fault(event) {
    show.notice(event);
  },
  over(event) {
    clear("choices");
    tonight.dataset.state = "over";
    part("state").textContent = event.text;
    part("time").textContent = "";
    showActs([]);
    part("back").hidden = false;
    announce(event, event.text);
  },
};
let stateText = "";

function take(event) {
  if (event.kind === "whole") {
    setMic(!event.parts.some((one) => one.kind === "over"));
    if (tonight) {
      clear("words", "sentence", "choices", "pair", "notices");
      part("back").hidden = true;
    }
    event.parts.forEach(take);
    return;
  }
  if (event.kind === "over") setMic(false);
  if (event.kind === "state") stateText = event.text;
  if (tonight) show[event.kind](event);
}

function listen() {
  let came = false;
  const stream = new EventSource("/tonight/events");
  stream.onmessage = (message) => {
    clearTimeout(lostAt);
    lostAt = undefined;
    came = true;
    if (!mic.isConnected) return stream.close(); // the page has locked
    if (typeof use === "function" && running) use(); // who speaks uses the page
    take(JSON.parse(message.data));
  };
  stream.onerror = () => {
    if (stream.readyState === EventSource.CLOSED && !came) return setMic(running, mic.dataset.many);
    lostAt ??= setTimeout(() => {
      if (!running) return;
      setMic(true, mic.dataset.lost);
      if (tonight) showActs([]);
      lostAt = setTimeout(() => setMic(false, mic.dataset.lost), CLOSES_MS - LOST_MS);
    }, LOST_MS);
  };
}

const KEYS = { " ": ["pause", "go_on"], Escape: ["start_over"], Enter: ["done", "answer", "go_on", "next", "leave_it", "keep"],
  s: ["skip"], b: ["smaller"], h: ["help"], d: ["drop"] };

// The keys of the terminal, where no button or field has the focus.
addEventListener("keydown", (event) => {
  if (!tonight || event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.target.closest("a, button, input, textarea, summary")) return;
  const shown = [...part("acts").querySelectorAll("button:not([hidden])")].map((one) => one.dataset.act);
  const what = (KEYS[event.key] || []).find((name) => shown.includes(name));
  const chosen = /^[0-3]$/.test(event.key) && part("choices").childElementCount ? event.key : undefined;
  if (!what && !chosen) return;
  event.preventDefault();
  press(what || chosen);
});

if (tonight) {
  part("acts").addEventListener("click", (event) => {
    const what = event.target.dataset.act;
    if (!what) return;
    if (what !== "delete") return press(what);
    part("sure").hidden = false;
    part("sure-no").focus();
  });
  part("sure-yes").addEventListener("click", () => { part("sure").hidden = true; press("delete"); });
  part("sure-no").addEventListener("click", () => { part("sure").hidden = true; });
}

if (window.EventSource) listen();
else part("mic-text").textContent = mic.dataset.noStream;
