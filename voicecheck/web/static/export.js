// Moves the bar while an export runs, and shows the page anew when it is over.
"use strict";

const bar = document.getElementById("progress");

async function look() {
  const { running, done, total } = await (await fetch("/export/progress")).json();
  if (!running) return location.replace(location.pathname + location.search);
  bar.max = total || 1;
  bar.value = done;
  setTimeout(look, 300);
}

if (bar) look();
