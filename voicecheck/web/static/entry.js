// One entry: a click on a word plays from there, the word being spoken is lit, arrow keys go from word to word, and words
// that are selected can be marked as a feeling.
"use strict";

const sound = document.querySelector("audio");
const container = document.getElementById("words");
const words = container ? [...container.querySelectorAll(".w")] : [];
const starts = words.map((word) => Number(word.dataset.s));

// The last word that began before this moment, unless it has ended a while ago.
function wordAt(seconds) {
  let low = 0, high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (starts[middle] <= seconds) low = middle + 1; else high = middle;
  }
  const word = words[low - 1];
  return word && seconds < Number(word.dataset.e) + 0.3 ? word : null;
}

let lit = null;
function light() {
  const word = sound.paused && sound.currentTime === 0 ? null : wordAt(sound.currentTime);
  if (word !== lit) {
    lit?.classList.remove("lit");
    word?.classList.add("lit");
    lit = word;
  }
  if (!sound.paused) requestAnimationFrame(light);
}

function playFrom(word) {
  sound.currentTime = Number(word.dataset.s);
  sound.play();
}

function step(from, by) {
  const next = words[words.indexOf(from) + by];
  if (!next) return;
  from.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}

if (sound && words.length) {
  container.classList.add("playable");
  container.setAttribute("role", "group");
  container.setAttribute("aria-label", container.dataset.help);
  words.forEach((word, place) => { word.tabIndex = place === 0 ? 0 : -1; });
  container.addEventListener("click", (event) => {
    const word = event.target.closest(".w");
    if (word && getSelection().isCollapsed) playFrom(word);
  });
  container.addEventListener("keydown", (event) => {
    const word = event.target.closest(".w") ?? event.target.querySelector?.(".w");
    if (!word) return;
    if (event.key === "ArrowRight") step(word, 1);
    else if (event.key === "ArrowLeft") step(word, -1);
    else if (event.key === "Enter" || event.key === " ") playFrom(word);
    else return;
    event.preventDefault();
  });
  for (const kind of ["play", "pause", "seeked", "ended"]) sound.addEventListener(kind, light);
}

// Why a word is marked stands under it, and never beyond the edge of the text.
for (const mark of container?.querySelectorAll("mark") ?? []) {
  const place = () => {
    const why = mark.nextElementSibling;
    const left = mark.getClientRects()[0].left - container.getBoundingClientRect().left;
    why.style.left = `${Math.max(0, Math.min(left, container.clientWidth - why.offsetWidth))}px`;
  };
  mark.addEventListener("pointerenter", place);
  mark.addEventListener("focus", place);
}

// The reasons stand inside the text's element, and are no part of the text.
function lettersBefore(node, offset) {
  const range = document.createRange();
  range.setStart(container, 0);
  range.setEnd(node, offset);
  const part = range.cloneContents();
  part.querySelectorAll(".why").forEach((why) => why.remove());
  return [...part.textContent].length;
}

document.addEventListener("selectionchange", () => {
  const selection = getSelection();
  const field = document.getElementById("tag-words");
  if (!field || selection.isCollapsed || !container?.contains(selection.anchorNode)) return;
  const range = selection.getRangeAt(0);
  const part = range.cloneContents();
  part.querySelectorAll(".why").forEach((why) => why.remove());
  field.value = part.textContent.trim().slice(0, 200);
  document.getElementById("tag-at").value = lettersBefore(range.startContainer, range.startOffset);
});
