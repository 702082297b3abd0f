// The evening as it comes: one stream of events, and buttons that send a word back. The sound never passes through here.
// On another page it keeps the line about the microphone true, and so holds the evening open while somebody reads there.
"use strict";

const mic = document.getElementById("mic");
const tonight = document.getElementById("tonight");
const part = (name) => document.getElementById(name);
const brand = document.title.split(" · ").pop();
const HEARD_FROM = 0.4, HEARD_MS = 700, LOST_MS = 5000, CLOSES_MS = 12_000, SIGN_MS = 2000, DRAFT_MS = 1000;
let announced = 0, heardAt = 0, running = "running" in mic.dataset, open = mic.classList.contains("open");
let messageAt = Date.now(), signAt = 0, tab = 0, lost = false, stateText = "";

function setMic(open, text) {
  mic.className = open ? "open" : "closed";
  part("mic-text").textContent = text || (open ? mic.dataset.open : mic.dataset.closed);
  document.title = open ? `● ${mic.dataset.open} · ${brand}` : `${mic.dataset.closed} · ${brand}`;
}

// What is sent arrives in the order in which it was sent: one request after another.
let sending = Promise.resolve();
function send(fields) {
  const body = new URLSearchParams(fields);
  sending = sending.then(() => fetch("/tonight/do", { method: "POST", body, keepalive: body.toString().length < 60_000 })).catch(() => {});
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
  if (["yes", "no", "0"].includes(what)) part("typed").value = ""; // nothing that was typed is the reply
  sendDraft();
  send({ what });
}

function button(text, what, key, quiet) {
  const one = document.createElement("button");
  const shown = document.createElement("kbd");
  one.type = "button";
  one.value = what;
  one.setAttribute("aria-keyshortcuts", key);
  shown.textContent = key;
  shown.setAttribute("aria-hidden", "true");
  one.append(text, " ", shown);
  if (quiet) one.className = "quiet";
  one.addEventListener("click", () => press(what));
  return one;
}

function showActs(names) {
  const held = document.activeElement;
  for (const one of part("acts").querySelectorAll("[data-act]")) one.hidden = !names.includes(one.dataset.act);
  part("more").hidden = !part("more").querySelector("[data-act]:not([hidden])");
  if (!names.includes("delete")) part("sure").hidden = true;
  if (held && held.closest("[hidden]")) (part("acts").querySelector("button:not([hidden])") || part("question")).focus();
}

function clear(...names) {
  for (const name of names) part(name).replaceChildren();
  if (names.includes("words")) part("words-part").hidden = true;
}

const show = {
  question(event) {
    clear("words", "sentence", "choices", "pair");
    part("question").textContent = event.text || part("question").dataset.none;
    part("place").textContent = event.place;
    showTyping(0);
    announce(event, event.place ? `${event.place}. ${event.text}` : event.text);
  },
  sentence(event) {
    clear("choices");
    part("sentence").textContent = event.text;
    announce(event, event.text);
  },
  choices(event) {
    const texts = event.texts.map((text, at) => {
      const one = button(text, String(at + 1), String(at + 1));
      const meaning = document.createElement("small");
      meaning.textContent = event.meanings[at];
      if (event.meanings[at]) one.append(meaning);
      return one;
    });
    part("choices").replaceChildren(...texts, button(part("choices").dataset.none, "0", "0", true));
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
    stateText = event.text;
    part("state").textContent = event.text;
    showTyping(line);
    showActs(event.acts.filter((name) => name !== "done" || part("typing").hidden));
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
  line(event) {
    if (event.number !== asked) { // not the same line once more, behind a connection that was lost
      asked = event.number;
      part("typed").value = sent = "";
      touched = false;
    }
    showTyping(event.number);
    showActs(shownActs().filter((name) => name !== "done"));
    if (document.activeElement === document.body || document.activeElement === part("question")) part("typed").focus();
  },
  draft(event) {
    const writing = touched && document.hasFocus() && document.activeElement === part("typed");
    if (!writing && draftAt === undefined) part("typed").value = sent = event.text;
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
    if (event.act) line.append(" ", button(part("notices").dataset[event.act], event.act, part("notices").dataset[`${event.act}Key`], true));
    part("notices").append(line);
    while (part("notices").childElementCount > 6) part("notices").firstElementChild.remove();
    announce(event, event.text);
  },
  withdrawn(event) {
    for (const one of part("notices").querySelectorAll(`button[value="${event.act}"]`)) one.closest("p").remove();
  },
  fault(event) {
    show.notice(event);
    for (const one of part("on").querySelectorAll("button")) one.hidden = !event.on.includes(one.dataset.on);
    part("on").hidden = false;
  },
  over(event) {
    clear("choices");
    tonight.dataset.state = "over";
    part("state").textContent = event.text;
    part("time").textContent = "";
    showTyping(0);
    showActs([]);
    part("back").hidden = false;
    announce(event, event.text);
  },
};

// Typing: all of it is sent once a second, and kept sealed, so that no closed window loses any.
let line = 0, asked = 0, sent = "", touched = false, draftAt;

function showTyping(number) {
  line = number;
  part("typing").hidden = !line || !["listening", "awaiting"].includes(tonight.dataset.state);
  tonight.classList.toggle("typed", Boolean(line));
  part("finish").textContent = part("typing").dataset[tonight.dataset.state === "awaiting" ? "send" : "finish"];
}

function shownActs() {
  return [...part("acts").querySelectorAll("button:not([hidden])")].map((one) => one.dataset.act);
}

function sendDraft() {
  clearTimeout(draftAt);
  draftAt = undefined;
  if (!tonight || part("typing").hidden || part("typed").value === sent) return;
  sent = part("typed").value;
  send({ what: "draft", line, text: sent });
}

function take(event) {
  if (event.kind === "whole") {
    tab = event.tab ?? tab;
    running = !event.parts.some((one) => one.kind === "over");
    if (tonight) {
      clear("words", "sentence", "choices", "pair", "notices");
      part("back").hidden = part("on").hidden = true;
      showTyping(0);
    }
    event.parts.forEach(take);
    return;
  }
  if (event.kind === "over") running = false;
  if (event.kind === "mic") {
    open = event.open;
    setMic(open);
    if (tonight) announce(event, part("mic-text").textContent);
  } else if (tonight && show[event.kind]) show[event.kind](event);
}

// While messages come, VoiceCheck is there and hears that this page is; it closes the microphone once no page is.
function stay() {
  messageAt = Date.now();
  if (lost) setMic(open);
  lost = false;
  if (running && messageAt - signAt >= SIGN_MS) {
    signAt = messageAt;
    fetch("/tonight/do", { method: "POST", body: new URLSearchParams({ what: "here", tab }) }).catch(() => {});
  }
}

function watchForLoss() {
  const silent = Date.now() - messageAt;
  if (!running || silent < LOST_MS) return;
  lost = true;
  setMic(open && silent < CLOSES_MS, mic.dataset.lost);
  if (tonight) showActs([]);
}

function listen() {
  let came = false;
  const stream = new EventSource("/tonight/events");
  stream.onmessage = (message) => {
    came = true;
    if (!mic.isConnected) return stream.close(); // the page has locked
    if (typeof use === "function" && running) use(); // who speaks uses the page
    take(JSON.parse(message.data));
    stay();
  };
  stream.onerror = () => {
    if (stream.readyState !== EventSource.CLOSED || came) return;
    clearInterval(watching);
    setMic(open, open ? mic.dataset.many : mic.dataset.closed);
  };
  const watching = setInterval(watchForLoss, 1000);
}

// The keys of the terminal, where no button or field has the focus.
addEventListener("keydown", (event) => {
  if (!tonight || event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.target.closest("a, button, input, textarea, select, summary")) return;
  const name = { " ": "Space", "+": "Plus", j: "y", J: "y" }[event.key] || (event.key.length === 1 ? event.key.toLowerCase() : event.key);
  const buttons = [...tonight.querySelectorAll("#acts button:not([hidden]), #choices button, #notices button")];
  const one = buttons.findLast((one) => one.getAttribute("aria-keyshortcuts") === name);
  if (!one) return;
  event.preventDefault();
  one.click();
});

if (tonight) {
  part("acts").addEventListener("click", (event) => {
    const what = event.target.closest("[data-act]")?.dataset.act;
    if (!what) return;
    if (what !== "delete") return press(what);
    part("sure").hidden = false;
    part("sure-no").focus();
  });
  part("sure-yes").addEventListener("click", () => { part("sure").hidden = true; press("delete"); });
  part("sure-no").addEventListener("click", () => { part("sure").hidden = true; });
  part("typed").addEventListener("input", () => {
    touched = true;
    draftAt ??= setTimeout(sendDraft, DRAFT_MS);
  });
  part("typed").addEventListener("keydown", (event) => { if (event.key === "Enter" && event.ctrlKey) part("finish").click(); });
  part("typing").addEventListener("submit", (event) => {
    event.preventDefault();
    press("done");
  });
  addEventListener("pagehide", sendDraft);
}

if (window.EventSource) listen();
else {
  if (running) send({ what: "cannot_show" });
  setMic(false, mic.dataset.noStream);
}
