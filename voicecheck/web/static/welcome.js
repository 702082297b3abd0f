// Hearing each other: a voice says its sample, and the level of the microphone moves while it is open. No sound passes here.
"use strict";

const micLine = document.getElementById("mic");
const place = document.getElementById("hearing");
const find = (name) => document.getElementById(name);
const title = document.title.split(" · ").pop();
const HEARD_SHARE = 0.4;

function showMic(open) {
  micLine.className = open ? "open" : "closed";
  find("mic-text").textContent = open ? micLine.dataset.open : micLine.dataset.closed;
  document.title = `${open ? "● " : ""}${open ? micLine.dataset.open : micLine.dataset.closed} · ${title}`;
  find("listen").disabled = open;
}

find("hear").addEventListener("click", async () => {
  const voice = document.querySelector("input[name=voice]:checked").value;
  find("hear").disabled = true;
  find("voice-told").textContent = place.dataset.speaks;
  const answer = await fetch("/welcome/sound/say", { method: "POST", body: new URLSearchParams({ voice }) }).catch(() => undefined);
  find("voice-told").textContent = answer && answer.status === 200 ? await answer.text() : "";
  find("hear").disabled = false;
});

find("listen").addEventListener("click", () => {
  const stream = new EventSource("/welcome/sound/level");
  const end = (told) => {
    stream.close();
    showMic(false);
    find("level").querySelector(".heard").style.transform = "";
    if (told) find("heard-told").textContent = told;
  };
  find("heard-told").textContent = "";
  showMic(true);
  stream.onmessage = (message) => {
    const event = JSON.parse(message.data);
    if ("over" in event) return end(event.over);
    if (typeof use === "function") use();
    find("level").querySelector(".heard").style.transform = `scale(${0.15 + 0.85 * event.share})`;
    if (event.share >= HEARD_SHARE && !find("heard-told").textContent) find("heard-told").textContent = place.dataset.heard;
  };
  stream.onerror = () => end("");
});
