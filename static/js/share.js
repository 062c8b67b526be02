// Sharing with the phone's own sheet where there is one; otherwise the link to WhatsApp does it.
(() => {
  "use strict";
  for (const link of document.querySelectorAll("[data-share]")) {
    const text = document.getElementById(link.dataset.share)?.value;
    if (!text || !navigator.share) continue;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      navigator.share({ text }).catch((error) => {
        if (error.name !== "AbortError") window.open(link.href, "_blank", "noopener");
      });
    });
  }
})();
