// Answers on their way: kept on the phone first, sent when there is network, dropped once the server has said what
// became of each. One answer waits for each cell, the newest; its moment keeps an old one from winning later.
window.Outbox = class {
  constructor({ name, address, token, ahead, changed }) {
    Object.assign(this, { name, address, token, ahead, changed });
    this.memory = {};
    this.tries = 0;
    this.problem = "";
    this.isSending = false;
    addEventListener("online", () => this.soon(0));
    addEventListener("pageshow", () => this.soon(0));
    addEventListener("pagehide", () => this.send({ keepalive: true }));
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.soon(0));
  }

  // What is kept: {waiting: {cell: answer}, lost: [answer], last: moment}. Two tabs share it.
  get kept() {
    try {
      return { waiting: {}, lost: [], last: 0, ...JSON.parse(localStorage.getItem(this.name) || "{}") };
    } catch {
      return { waiting: {}, lost: [], last: 0, ...this.memory };
    }
  }

  set kept(kept) {
    this.memory = kept;
    try {
      if (Object.keys(kept.waiting).length || kept.lost.length) localStorage.setItem(this.name, JSON.stringify(kept));
      else localStorage.removeItem(this.name);
    } catch {
      // a phone that keeps nothing still has it in memory until the page is left
    }
  }

  get waiting() {
    return this.kept.waiting;
  }

  get isFailing() {
    return this.tries > 0 || this.problem !== "" || !navigator.onLine;
  }

  put(cell, answer) {
    const kept = this.kept;
    const moment = Math.max(kept.last + 1, (this.last || 0) + 1, Date.now() + this.ahead);
    const seconds = (kept.waiting[cell]?.seconds || 0) + (answer.seconds || 0);
    this.last = moment;
    this.kept = { ...kept, last: moment, waiting: { ...kept.waiting, [cell]: { ...answer, seconds, given_at: moment } } };
    this.soon(350); // arrows run through the strip: only where they stop is sent
  }

  forget() {
    this.kept = { ...this.kept, lost: [] };
  }

  soon(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), wait);
  }

  async send({ keepalive = false } = {}) {
    const sent = Object.values(this.waiting);
    if (!sent.length || this.isSending) return;
    this.isSending = true;
    const giveUp = new AbortController();
    const late = setTimeout(() => giveUp.abort(), 15000);
    try {
      const answer = await fetch(this.address, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.token },
        body: JSON.stringify({ answers: sent.slice(0, 400) }),
        redirect: "manual",
        signal: giveUp.signal,
        keepalive,
      });
      await this.hear(answer);
    } catch {
      this.again();
    } finally {
      clearTimeout(late);
      this.isSending = false;
    }
    this.changed([]);
  }

  async hear(answer) {
    if (answer.ok) return this.settle((await answer.json()).answers);
    const isTheirs = answer.status >= 500 || answer.status === 429;
    this.problem = isTheirs ? "" : await this.why(answer);
    return this.again();
  }

  async why(answer) {
    if (answer.status === 422) return (await answer.json()).message;
    if (answer.status === 404) return "You have no place in this round any more. Your answers are kept on this phone.";
    return "You are not signed in any more. Your answers are kept on this phone; load the page again to send them.";
  }

  again() {
    this.tries += 1;
    this.soon(Math.min(60000, 1000 * 2 ** Math.min(this.tries, 6)) * (0.75 + Math.random() / 2));
  }

  settle(verdicts) {
    const kept = this.kept;
    for (const verdict of verdicts) {
      const cell = `${verdict.icp}:${verdict.dimension}`;
      const mine = kept.waiting[cell];
      if (!mine || mine.given_at !== verdict.given_at) continue; // changed again while it was on its way
      if (verdict.fate === "closed" || verdict.fate === "refused") kept.lost.push({ ...mine, why: verdict.sentence });
      delete kept.waiting[cell];
    }
    this.kept = kept;
    this.tries = 0;
    this.problem = "";
    this.changed(verdicts);
    if (Object.keys(kept.waiting).length) this.soon(350);
  }
};
