// The level while the microphone is tried: a number ten times a second. No sound passes through here.
"use strict";

const meter = document.getElementById("meter");
const micLine = document.getElementById("mic");
const titled = document.title;

async function look() {
  if (!meter.isConnected) return; // the page has locked, and the microphone closes by itself
  const answer = await fetch("/settings/microphone/level").catch(() => undefined);
  if (!answer || !answer.ok) return;
  const { running, share } = await answer.json();
  if (!running) return location.replace(location.pathname);
  meter.value = share;
  setTimeout(look, 100);
}

if (meter) {
  document.title = `● ${micLine.textContent.trim()} · ${titled.split(" · ").pop()}`;
  look();
}
