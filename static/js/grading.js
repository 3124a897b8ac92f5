// Grading on a phone. The page holds the whole round, so that going on needs no network; see outbox.js for sending.
(() => {
  const form = document.querySelector("[data-grading]");
  const told = document.getElementById("round-model");
  if (!form || !told) return;
  const model = JSON.parse(told.textContent);
  const find = (name, within = document) => within.querySelector(`[data-${name}]`);
  const [rows, head, lost, status] = ["rows", "head", "lost", "status"].map((name) => find(name));
  const rowLike = find("row-like").content.firstElementChild;
  const factLike = find("fact-like").content.firstElementChild;
  const nameOf = Object.fromEntries(model.candidates.map((each) => [each.id, each.name]));
  const questionOf = Object.fromEntries(model.questions.map((each) => [each.id, each]));
  let here = model.here;
  let since = Date.now();

  // Small things ----------------------------------------------------------------------------------
  const element = (tag, className, ...inside) => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    made.append(...inside);
    return made;
  };
  const bold = (sentence) => sentence.split("**").map((part, i) => (i % 2 ? element("b", "", part) : part));
  const marked = (icp) => document.querySelector(`#sheet-${icp} .seg`).cloneNode(true);
  const asksWhy = (score) => score !== null && (score <= 3 || score >= 9);
  const chosen = (cell) => (!cell.isAnswered ? "" : cell.score === null ? "dk" : String(cell.score));
  const spoken = (score) => (score === null ? "“I don’t know”" : String(score));
  const many = (count, one, more) => (count === 1 ? one : more);

  // Where one can go --------------------------------------------------------------------------------
  const addressOf = ({ kind, id }) =>
    model.addresses[kind].replace("QUESTION", id).replace("00000000-0000-0000-0000-000000000000", id);
  const places = [
    ...model.questions.map(({ id }) => ({ kind: "question", id })),
    ...model.candidates.map(({ id }) => ({ kind: "candidate", id })),
    { kind: "gaps", id: "" },
    { kind: "overview", id: "" },
  ];
  const placeAt = (path) => places.find((place) => addressOf(place) === path);
  const open = () => model.questions.filter((each) => each.isOpen);
  const gapsLeft = () => model.gaps.filter((cell) => !model.cells[cell].isAnswered).length;
  const missing = (question) =>
    model.candidates.filter(({ id }) => !model.cells[`${id}:${question.id}`].isAnswered).length;
  const left = () => open().reduce((sum, question) => sum + missing(question), 0) + gapsLeft();
  const beside = (step) => {
    const ids = here.kind === "question" ? model.questions.map((each) => each.id) : model.candidates.map((each) => each.id);
    let place = ids.indexOf(here.id) + step;
    while (here.kind === "question" && ids[place] && !questionOf[ids[place]].isOpen) place += step;
    return ids[place] ? { kind: here.kind, id: ids[place] } : null;
  };
  const before = () => (here.kind === "question" || here.kind === "candidate" ? beside(-1) : null);
  const after = () =>
    (here.kind === "question" || here.kind === "candidate" ? beside(1) : null) || { kind: "overview", id: "" };
  const otherWay = () => {
    if (here.kind === "question") return { kind: "candidate", id: model.candidates[0].id };
    const question = open().find(missing) || open()[0];
    return here.kind === "candidate" && question ? { kind: "question", id: question.id } : null;
  };

  // The cells of a sheet ------------------------------------------------------------------------------
  const cellsHere = () => {
    if (here.kind === "question") return model.candidates.map(({ id }) => `${id}:${here.id}`);
    if (here.kind === "candidate") return open().map(({ id }) => `${here.id}:${id}`);
    if (here.kind === "gaps") return model.gaps;
    return model.questions.flatMap((question) =>
      model.candidates
        .map(({ id }) => `${id}:${question.id}`)
        .filter((key) => model.cells[key].isOpen && model.cells[key].isAnswered)
        .filter((key) => asksWhy(model.cells[key].score) && !model.cells[key].reason),
    );
  };
  const parted = (key) => [key.slice(0, 36), key.slice(37)];

  const rowOf = (key) => {
    const [icp, dimension] = parted(key);
    const question = questionOf[dimension];
    const cell = model.cells[key];
    const row = rowLike.cloneNode(true);
    const isBy = here.kind === "candidate";
    row.dataset.cell = key;
    row.disabled = !cell.isOpen;
    const said = isBy ? question.name : here.kind === "question" ? nameOf[icp] : `${nameOf[icp]}, ${question.name}`;
    row.querySelector("legend").textContent = said;
    const title = isBy ? element("span", "t", question.question) : marked(icp);
    title.setAttribute("aria-hidden", "true");
    row.querySelector(".cand-h").firstElementChild.replaceWith(title);
    const sheet = row.querySelector(".cand-h .src");
    if (isBy) sheet.remove();
    else {
      sheet.href = `#sheet-${icp}`;
      sheet.setAttribute("aria-label", `Sheet of ${nameOf[icp]}`);
    }
    const strip = row.querySelector(".strip");
    if (here.kind === "gaps" || here.kind === "overview") strip.before(element("p", "sub cand-q", question.question));
    if (isBy && question.words.length) {
      const words = question.words.flatMap(([at, word], i) => [i ? " · " : "", element("b", "", at), ` ${word}`]);
      strip.before(element("p", "sub cand-q", ...words));
    }
    if (cell.before) strip.before(element("p", "say-s cand-q", ...bold(cell.before)));
    for (const radio of strip.querySelectorAll("input")) radio.name = `score-${key}`;
    const why = row.querySelector(".why-in");
    why.name = `reason-${key}`;
    why.value = cell.reason || "";
    why.setAttribute("aria-label", `Why, for ${isBy ? question.name : nameOf[icp]}?`);
    refresh(row);
    return row;
  };

  const stateOf = (key, cell) => {
    if (cell.notCounted !== undefined) return `Your ${spoken(cell.notCounted)} was not counted`;
    if (outbox.waiting[key]) return outbox.isFailing ? "Not sent yet" : "Saving";
    return !cell.isAnswered ? "" : cell.score === null ? "I don’t know" : "Saved";
  };

  // Everything of a row that an answer changes; words that are being written stay.
  const refresh = (row) => {
    const key = row.dataset.cell;
    const cell = model.cells[key];
    row.disabled = !cell.isOpen;
    find("state", row).textContent = stateOf(key, cell);
    find("state", row).classList.toggle("wrong", cell.notCounted !== undefined);
    for (const radio of row.querySelectorAll("[type=radio]")) radio.checked = radio.value === chosen(cell);
    const why = row.querySelector(".why-in");
    why.placeholder = asksWhy(cell.isAnswered ? cell.score : null) ? `Why ${cell.score}? You may add it later` : "Why? If you like";
    if (document.activeElement !== why) why.value = cell.reason || "";
    find("back", row).hidden = !cell.isAnswered || !cell.isOpen || here.kind === "overview";
    showFact(row, key, cell);
  };

  const showFact = (row, key, cell) => {
    find("fact", row)?.remove();
    if (cell.fact) {
      const line = factLike.cloneNode(true);
      const isFar = cell.isAnswered && cell.score !== null && Math.abs(cell.score - cell.fact.score) >= 3;
      const words = [...bold(cell.fact.sentence), " Facts suggest about ", element("b", "", String(cell.fact.about))];
      line.querySelector("span").replaceChildren(...words, isFar ? ", which is far from yours." : ".");
      if (cell.fact.segment) {
        const link = Object.assign(element("a", "src", "See the segment"), { href: cell.fact.segment });
        line.querySelector("span").append(" ", link);
      }
      if (cell.isAnswered && cell.isOpen) {
        const change = element("button", "btn-link-quiet src", "Change mine");
        Object.assign(change, { type: "button" }).dataset.change = "";
        line.querySelector("span").append(" ", change);
      }
      if (cell.isAnswered) row.append(line);
      else row.querySelector(".strip").before(line);
    } else if (here.kind === "question" && !questionOf[here.id].isSilent && cell.isAnswered && !outbox.waiting[key]) {
      const line = element("p", "factline sub", "Your data say nothing about this.");
      line.dataset.fact = "";
      row.append(line);
    }
  };

  // The sheet around them -----------------------------------------------------------------------------
  const heading = () => {
    const title = (...inside) => Object.assign(element("h1", "", ...inside), { tabIndex: -1 });
    const sub = (space, ...inside) => element("p", `sub ${space}`, ...inside);
    const question = questionOf[here.id];
    const dontKnow = ["is “I don’t know”. It is never counted as a 5."];
    if (question && !question.counts) dontKnow.push(" This answer is kept beside the total.");
    const last = sub("mt-2", element("b", "", "?"), " ", ...dontKnow);
    if (here.kind === "question") {
      const words = element("div", "anch", ...question.words.map(([at, word]) => element("span", "", element("b", "", at), word)));
      const closed = element("p", "note say-s mt-3", "This question is closed. These are your answers as they were counted.");
      return [
        title(question.question),
        ...(question.why ? [sub("mt-1", question.why)] : []),
        ...(question.words.length ? [words] : []),
        last,
        ...(cellsHere().some((key) => model.cells[key].isOpen) ? [] : [closed]),
      ];
    }
    if (here.kind === "candidate") {
      const sheet = Object.assign(element("a", "src", "Sheet"), { href: `#sheet-${here.id}` });
      return [title(marked(here.id)), sub("mt-1", sheet), last];
    }
    if (here.kind === "gaps") {
      const count = gapsLeft();
      const said = count ? `You have ${count} ${many(count, "gap", "gaps")} to grade` : "You have thought again about every gap";
      const why = "Your answers were three or more apart here. Think again, once. Your first answers are kept.";
      return [title(said), sub("mt-1", why)];
    }
    const count = left();
    const said = count ? `${count} ${many(count, "answer is", "answers are")} missing` : "You have answered everything";
    return [title(said), sub("mt-1", "You may change answers until the close. Nobody sees them before.")];
  };

  const listOfQuestions = () => {
    const line = (question) => {
      const link = Object.assign(element("a", "t g", question.question), { href: addressOf({ kind: "question", id: question.id }) });
      const said = question.isOpen ? `${model.candidates.length - missing(question)} of ${model.candidates.length}` : "closed";
      return element("li", "", link, element("span", "sub", said));
    };
    return element("ol", "list ph-qs", ...model.questions.map(line));
  };

  const draw = () => {
    const keys = cellsHere();
    head.replaceChildren(...heading());
    const above = here.kind === "overview" ? [listOfQuestions()] : [];
    if (here.kind === "overview" && keys.length) above.push(element("h2", "h-sec mt-5", "Reasons you wanted to add"));
    rows.replaceChildren(...above, ...keys.map(rowOf));
    const ids = here.kind === "question" ? model.questions : model.candidates;
    const number = ids.findIndex((each) => each.id === here.id) + 1;
    const kind = { question: "Question", candidate: "Candidate" }[here.kind];
    find("place").textContent = kind ? `${kind} ${number} of ${ids.length}` : model.name;
    const [back, other, next] = ["before", "other", "next"].map((name) => find(name, form));
    const isSheet = here.kind !== "overview";
    back.hidden = !before() || model.isLive;
    if (before()) back.href = addressOf(before());
    other.hidden = !otherWay() || model.isLive;
    if (otherWay()) other.href = addressOf(otherWay());
    other.textContent = here.kind === "question" ? "One candidate at a time" : "One question at a time";
    next.hidden = !isSheet || (model.isLive && here.kind === "question");
    const isLast = after().kind === "overview";
    next.textContent = isLast ? "Done" : here.kind === "candidate" ? "Next candidate" : "Next question";
    find("silent").hidden = here.kind !== "question" || !questionOf[here.id].isSilent;
    const out = find("out", form);
    if (out) out.hidden = isSheet;
    since = Date.now();
    tell();
  };

  // How far, what is not sent yet, and what was not counted.
  const tell = () => {
    const keys = here.kind === "overview" ? [] : cellsHere();
    const given = keys.filter((key) => model.cells[key].isAnswered);
    const unsent = Object.keys(outbox.waiting).length;
    const kept = !unsent ? (given.length ? ", saved" : "") : outbox.isFailing ? `, ${unsent} not sent yet` : ", saving";
    const words = keys.length ? [element("b", "", `${given.length} of ${keys.length}`), ` graded${kept}`] : [];
    if (!keys.length && unsent && outbox.isFailing) words.push(`${unsent} not sent yet`);
    if (model.isLive && here.kind === "question" && given.length === keys.length) words.push(". The next question comes by itself");
    if (status.textContent !== words.map((each) => each.textContent ?? each).join("")) status.replaceChildren(...words);
    const minutes = Math.max(1, Math.round((left() * model.secondsEach) / 60));
    find("left").textContent = left() ? `about ${minutes} min left` : "all answered";
    const asked = open().length * model.candidates.length;
    const share = here.kind === "question" ? (model.questions.indexOf(questionOf[here.id]) + 1) / model.questions.length
      : here.kind === "gaps" ? given.length / (keys.length || 1)
      : asked ? 1 - left() / asked : 1;
    find("bar").setAttribute("width", (100 * Math.max(0, share)).toFixed(2));
    tellAlike(keys);
    tellGaps();
    tellLost();
  };

  const tellAlike = (keys) => {
    const line = find("alike");
    const values = new Set(keys.map((key) => chosen(model.cells[key])));
    const isAlike = here.kind === "question" && keys.length > 2 && values.size === 1 && !values.has("");
    line.hidden = !isAlike;
    if (isAlike) {
      const value = [...values][0];
      const said = value === "dk" ? "“I don’t know”" : element("b", "", value);
      line.replaceChildren("You gave ", said, " to all. Is that what you mean?");
    }
  };

  const tellGaps = () => {
    const line = find("gaps");
    const count = gapsLeft();
    line.hidden = !count || here.kind === "gaps";
    line.querySelector("a").textContent = `You have ${count} ${many(count, "gap", "gaps")} to grade`;
  };

  const tellLost = () => {
    const gone = outbox.kept.lost;
    lost.hidden = !gone.length && !outbox.problem;
    if (lost.hidden) return;
    const line = ({ icp, dimension, score, taken_back, why }) => {
      const what = taken_back ? "What you took back" : `Your ${spoken(score)}`;
      return element("li", "", `${what} for ${nameOf[icp]}, ${questionOf[dimension]?.name}, was not counted. ${why}`);
    };
    const parts = outbox.problem ? [element("p", "", outbox.problem)] : [];
    if (gone.length) {
      const button = element("button", "btn btn-sm", "I have read this");
      Object.assign(button, { type: "button" }).dataset.read = "";
      parts.push(element("ul", "", ...gone.map(line)), button);
    }
    lost.replaceChildren(...parts);
  };

  const go = (place, { isNew = true } = {}) => {
    outbox.soon(0);
    here = place;
    if (isNew) history.pushState(null, "", addressOf(place));
    draw();
    document.title = `${head.querySelector("h1").textContent} · Bestfit`;
    scrollTo(0, 0);
    head.querySelector("h1").focus({ preventScroll: true });
  };

  // Answering -----------------------------------------------------------------------------------------
  const keep = (key, changes, { isTap = false, isTakenBack = false } = {}) => {
    const cell = Object.assign(model.cells[key], changes);
    delete cell.notCounted;
    const [icp, dimension] = parted(key);
    const seconds = isTap ? Math.round((Date.now() - since) / 100) / 10 : 0;
    if (isTap) since = Date.now();
    outbox.put(key, { icp, dimension, score: cell.score ?? null, reason: cell.reason || "", seconds, taken_back: isTakenBack });
    tell();
  };
  form.addEventListener("change", (event) => {
    const row = event.target.closest("[data-cell]");
    if (!row || event.target.type !== "radio") return;
    const value = event.target.value;
    keep(row.dataset.cell, { isAnswered: true, score: value === "dk" ? null : Number(value) }, { isTap: true });
    refresh(row);
  });
  form.addEventListener("input", (event) => {
    const row = event.target.closest("[data-cell]");
    if (!row || event.target.type === "radio" || !model.cells[row.dataset.cell].isAnswered) return;
    keep(row.dataset.cell, { reason: event.target.value });
    find("state", row).textContent = stateOf(row.dataset.cell, model.cells[row.dataset.cell]);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (here.kind !== "overview" && !(model.isLive && here.kind === "question")) go(after());
  });
  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const row = event.target.closest("[data-cell]");
    if (event.target.closest("[data-back]") && row) {
      event.preventDefault();
      const cell = model.cells[row.dataset.cell];
      keep(row.dataset.cell, { isAnswered: false }, { isTakenBack: true });
      Object.assign(cell, { score: undefined, reason: "" });
      if (!model.factsFirst) delete cell.fact;
      refresh(row);
      row.querySelector("[type=radio]").focus();
    }
    if (event.target.closest("[data-change]") && row) row.querySelector("[type=radio]:checked").focus();
    if (event.target.closest("[data-read]")) {
      outbox.forget();
      tell();
    }
    const link = event.target.closest("a[href]");
    const place = link && link.origin === location.origin && !link.hash && placeAt(link.pathname);
    if (place) {
      event.preventDefault();
      go(place);
    }
  });
  addEventListener("popstate", () => {
    const place = placeAt(location.pathname);
    if (place && (place.kind !== here.kind || place.id !== here.id)) go(place, { isNew: false });
  });

  // Keys: 1 to 9, 0 for 10, ? for "I don't know", up and down from row to row. Left and right are the radio's own.
  const choose = (row, value) => {
    const radio = row.querySelector(`[type=radio][value="${value}"]`);
    radio.focus();
    if (!radio.checked) radio.click();
  };
  const step = (row) => row && (row.querySelector("[type=radio]:checked") || row.querySelector("[type=radio]")).focus();
  document.addEventListener("keydown", (event) => {
    const isText = event.target.matches("input:not([type=radio]), textarea, select, [contenteditable]");
    if (isText || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const all = [...rows.querySelectorAll("[data-cell]:not(:disabled)")];
    const mine = event.target.closest?.("[data-cell]");
    const row = mine || all.find((each) => !model.cells[each.dataset.cell].isAnswered) || all[0];
    if (!row) return;
    if (/^[0-9]$/.test(event.key)) choose(row, event.key === "0" ? "10" : event.key);
    else if (event.key === "?") choose(row, "dk");
    else if (event.key === "ArrowDown" && mine) step(all[all.indexOf(mine) + 1]);
    else if (event.key === "ArrowUp" && mine) step(all[all.indexOf(mine) - 1]);
    else return;
    event.preventDefault();
  });

  // What the server said: its cell is the truth, unless the person changed it again meanwhile.
  const hear = (verdicts) => {
    for (const verdict of verdicts) {
      const key = `${verdict.icp}:${verdict.dimension}`;
      const tried = model.cells[key];
      if (!tried || outbox.waiting[key]) continue;
      model.cells[key] = verdict.cell ? { before: tried.before, ...verdict.cell } : { ...tried, isAnswered: false, score: undefined };
      if (verdict.fate === "closed" || verdict.fate === "refused") {
        if (tried.isAnswered) model.cells[key].notCounted = tried.score;
        if (verdict.cell && !verdict.cell.isOpen) questionOf[verdict.dimension].isOpen = false;
        model.gaps = model.gaps.filter((gap) => model.cells[gap].isOpen);
      }
    }
    for (const row of rows.querySelectorAll("[data-cell]")) refresh(row);
    tell();
  };

  // Without network the meeting cannot be followed either; the answers say so themselves.
  document.addEventListener("htmx:sendError", (event) => event.stopImmediatePropagation(), { capture: true });

  const outbox = new Outbox({
    name: `bestfit:answers:${model.round}:${model.place}`,
    address: model.save,
    token: form.querySelector("[name=csrfmiddlewaretoken]").value,
    ahead: model.now - Date.now(), // the server's clock counts, so that two devices agree
    changed: hear,
  });
  for (const [key, answer] of Object.entries(outbox.waiting)) {
    const cell = model.cells[key];
    if (!cell) continue;
    if (answer.taken_back) Object.assign(cell, { isAnswered: false, score: undefined, reason: "" });
    else Object.assign(cell, { isAnswered: true, score: answer.score, reason: answer.reason });
  }
  draw();
})();
