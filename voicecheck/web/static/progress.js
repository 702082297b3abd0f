// Moves the bar while something runs, and shows the page anew when it is over.
"use strict";

const bar = document.getElementById("progress");

async function look() {
  if (!bar.isConnected) return; // the page has locked
  const answer = await fetch(bar.dataset.look).catch(() => undefined);
  if (!answer || !answer.ok) return;
  const { running, done, total } = await answer.json();
  if (!running) return location.replace(location.pathname + location.search);
  if (total) {
    bar.max = total;
    bar.value = done;
  }
  setTimeout(look, 300);
}

if (bar) look();
