// The plan adds up as it is typed. Without this script the server says so when the form is sent.
(() => {
  "use strict";
  const form = document.querySelector("[data-effort]");
  if (!form) return;
  const say = (selector, words) => {
    const place = form.querySelector(selector);
    if (place) place.textContent = words;
  };
  const number = (input) => (/^\d{1,3}$/.test(input.value.trim()) ? Number(input.value) : 0);
  const add = () => {
    const rest = form.elements["plan-rest"];
    let sum = 0, focus = 0;
    for (const input of form.querySelectorAll('[name^="plan-"]')) {
      if (input === rest) continue;
      sum += number(input);
      const ticked = form.elements[input.name.replace("plan-", "focus-")];
      if (ticked && ticked.checked) focus += number(input);
    }
    const left = rest.value.trim() === "" ? Math.max(0, 100 - sum) : number(rest);
    const total = sum + left;
    const wrong = total === 100 ? "" : total > 100 ? `, ${total - 100} too many` : `, ${100 - total} to give`;
    say("[data-sum]", `Now: ${focus} % for the focus.`);
    say("[data-sum-short]", `The plan adds up to ${total} %${wrong}.`);
  };
  form.addEventListener("input", add);
  add();
})();
