// A sign that this page is open, for as long as it is: VoiceCheck ends by itself once the last one has been closed.
"use strict";

const GIVE_SIGN_MS = 20_000;
setInterval(() => { fetch("/here", { method: "POST" }).catch(() => {}); }, GIVE_SIGN_MS);
