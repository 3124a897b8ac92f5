// Light or dark: the system's wish, unless the person chose otherwise. Runs before the first paint.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    const chosen = localStorage.getItem("theme");
    const theme = chosen || (dark.matches ? "dark" : "light");
    if (root.dataset.bsTheme === theme) return;
    root.dataset.bsTheme = theme;
    dispatchEvent(new CustomEvent("theme"));
  };
  apply();
  dark.addEventListener("change", apply);
  addEventListener("storage", apply);
  window.chooseTheme = (theme) => {
    if (theme === "system") localStorage.removeItem("theme");
    else localStorage.setItem("theme", theme);
    apply();
  };
})();
