// What every page does: toasts, errors of htmx in words, and controls that only scripts can offer.
(() => {
  const toasts = () => document.getElementById("toasts");
  const toast = (sentence) => {
    const line = document.createElement("div");
    line.className = "toast-line";
    line.textContent = sentence;
    toasts().append(line);
    setTimeout(() => line.remove(), 8000);
  };
  const copyText = async (source) => {
    try {
      await navigator.clipboard.writeText(source.textContent.trim());
      toast("Copied.");
    } catch {
      getSelection().selectAllChildren(source); // without https there is no clipboard
      toast("It is selected. Press Ctrl C to copy it.");
    }
  };
  const words = {
    403: "Your role does not allow this.",
    404: "This is gone. Reload the page.",
    413: "The file is too large.",
    429: "Too many tries. Wait a minute.",
  };
  document.addEventListener("htmx:responseError", (event) => {
    toast(words[event.detail.xhr.status] || "Something went wrong on our side. Nothing was changed. Please try again.");
  });
  document.addEventListener("htmx:sendError", () => toast("There is no connection. Nothing was sent."));
  document.addEventListener("toast", (event) => toast(event.detail.value || event.detail.sentence));
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-theme]");
    if (button) {
      chooseTheme(button.dataset.theme);
      showTheme();
    }
    if (event.target.closest("[data-print]")) print();
    const copy = event.target.closest("[data-copy]");
    if (copy) copyText(document.getElementById(copy.dataset.copy));
  });
  const showTheme = () => {
    const chosen = localStorage.getItem("theme") || "system";
    for (const button of document.querySelectorAll("button[data-theme]")) {
      button.setAttribute("aria-pressed", button.dataset.theme === chosen);
    }
  };
  showTheme();
  for (const tab of document.querySelectorAll(".tabs [aria-current]")) {
    const tabs = tab.parentElement;
    tabs.scrollLeft = tab.offsetLeft - tabs.offsetLeft - (tabs.clientWidth - tab.clientWidth) / 2;
  }
  for (const button of document.querySelectorAll("[data-print]")) button.hidden = false;
  for (const line of document.querySelectorAll("[data-toast]")) setTimeout(() => line.remove(), 8000);
})();
