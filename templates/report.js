// Shows, sorts and filters the tables of this page. Text is inserted only as text: nothing here makes markup of a
// string.
(() => {
"use strict";
const configuration = JSON.parse(document.getElementById("configuration").textContent);
const { rowsAtOnce, mostPrinted, language } = configuration;
const words = {
  "en": {
    search: "Search", all: "all", shown: "{} of {}", previous: "Previous", next: "Next", page: "Page {} of {}",
    reset: "Reset", details: "All fields", nothing: "Nothing matches.", printed: "Printed: the first {} of {}.",
    yes: "yes", no: "no",
  },
  "zh-CN": {
    search: "搜索", all: "全部", shown: "{} / {} 条", previous: "上一页", next: "下一页", page: "第 {} / {} 页",
    reset: "清除筛选", details: "全部字段", nothing: "没有符合条件的行。", printed: "仅打印前 {} 行，共 {} 行。",
    yes: "是", no: "否",
  },
}[language];
const collator = new Intl.Collator(language, { numeric: true });
const MOST_CHOICES = 500;
// A text of more characters needs a wide column.
const LONG = 30;

function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key in made) made[key] = value; else made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

const filled = (sentence, ...values) => values.reduce((text, value) => text.replace("{}", () => value), sentence);
const count = number => number.toLocaleString("en");

class DataTable {
  constructor({ id, columns, faint }) {
    this.id = id;
    this.faint = faint;
    this.section = document.getElementById(id);
    this.table = this.section.querySelector("table");
    this.rows = [];
    for (const block of document.querySelectorAll(`script[data-rows="${id}"]`)) {
      for (const row of JSON.parse(block.textContent)) this.rows.push(row);
      block.remove();
    }
    const isLong = ({ look }, index) => look === "text" && this.rows.some(row => row[index] !== null && row[index].length > LONG);
    this.columns = columns.map((column, index) => ({ ...column, long: isLong(column, index) }));
    this.hasDetails = columns.some(column => !column.shown) || columns.some(column => column.look === "text" && id === "records");
    this.ranks = new Map();
    this.state = { q: "", sort: null, descending: false, page: 0, values: new Map() };
    this.found = this.rows.map((_, index) => index);
    this.section.classList.toggle("live", this.hasDetails);
    this.buildHead();
    this.buildControls();
    this.refresh();
    const frame = this.table.parentElement;
    frame.classList.toggle("fits", frame.scrollWidth <= frame.clientWidth + 1);
  }

  shown() {
    return this.columns.map((column, index) => ({ ...column, index })).filter(column => column.shown);
  }

  buildHead() {
    const cells = this.shown().map(column => {
      const button = element("button", { type: "button" }, column.label);
      button.addEventListener("click", () => this.sortBy(column.index));
      return element("th", { scope: "col", className: column.look, "data-label": column.label, "data-column": column.key }, button);
    });
    if (this.hasDetails) cells.unshift(element("td", { className: "opener" }));
    this.table.tHead.replaceChildren(element("tr", {}, ...cells));
  }

  buildControls() {
    this.search = element("input", { type: "search", autocomplete: "off", spellcheck: false });
    let waiting = 0;
    this.search.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => this.change({ q: this.search.value }), 120);
    });
    this.selects = new Map();
    const choices = [];
    this.columns.forEach((column, index) => {
      if (!column.choice) return;
      const counts = new Map();
      for (const row of this.rows) if (row[index] !== null) counts.set(row[index], (counts.get(row[index]) ?? 0) + 1);
      if (counts.size < 2 || counts.size > MOST_CHOICES) return;
      const options = [...counts].sort((a, b) => b[1] - a[1] || collator.compare(a[0], b[0]))
        .map(([value, number]) => element("option", { value }, `${value} (${count(number)})`));
      const select = element("select", { "data-column": column.key }, element("option", { value: "" }, words.all), ...options);
      select.addEventListener("change", () => this.choose(index, select.value));
      this.selects.set(index, select);
      choices.push(element("label", {}, element("span", {}, column.label), select));
    });
    this.chips = element("span", { className: "chips" });
    this.shownCount = element("output", {});
    this.controls = element("div", { className: "controls" },
      element("label", {}, element("span", {}, words.search), this.search), ...choices, this.chips, this.shownCount);
    this.controls.hidden = this.id !== "records" && this.rows.length <= 10;
    this.previous = element("button", { type: "button" }, `‹ ${words.previous}`);
    this.next = element("button", { type: "button" }, `${words.next} ›`);
    this.place = element("span", {});
    this.previous.addEventListener("click", () => this.turn(-1));
    this.next.addEventListener("click", () => this.turn(1));
    this.pager = element("nav", { className: "pager" }, this.previous, this.place, this.next);
    this.printed = element("p", { className: "printed" });
    const frame = this.table.parentElement;
    frame.before(this.controls);
    frame.after(this.pager, this.printed);
  }

  change(difference) {
    Object.assign(this.state, { page: 0 }, difference);
    this.refresh();
    this.remember();
  }

  choose(index, value) {
    if (value === "") this.state.values.delete(index); else this.state.values.set(index, value);
    this.change({});
  }

  sortBy(index) {
    const first = ["date", "int"].includes(this.columns[index].look);
    const { sort, descending } = this.state;
    if (sort !== index) this.change({ sort: index, descending: first });
    else if (descending === first) this.change({ descending: !first });
    else this.change({ sort: null, descending: false });
  }

  turn(step) {
    this.state.page += step;
    this.show();
    this.remember();
    this.section.scrollIntoView({ block: "start" });
  }

  matches(row, needles) {
    for (const [index, value] of this.state.values) {
      const cell = row[index];
      if (cell === null) return false;
      // A year stands for its days, and a label that a chart has cut for the whole text.
      const isBeginning = this.columns[index].look === "date" || value.length >= 100;
      if (isBeginning ? !String(cell).startsWith(value) : String(cell) !== value) return false;
    }
    return needles.every(needle => row.some(cell =>
      typeof cell === "string" ? cell.toLowerCase().includes(needle) : typeof cell === "number" && String(cell) === needle));
  }

  // Text sorts as its language does; only different texts are compared, and each pair once.
  ranksOf(index) {
    if (!this.ranks.has(index)) {
      const texts = [...new Set(this.rows.map(row => row[index]).filter(cell => cell !== null).map(String))];
      const { look } = this.columns[index];
      texts.sort(look === "text" || look === "badge" ? collator.compare : undefined);
      this.ranks.set(index, new Map(texts.map((text, rank) => [text, rank])));
    }
    return this.ranks.get(index);
  }

  refresh() {
    const needles = this.state.q.toLowerCase().split(/\s+/).filter(Boolean);
    this.found = [];
    this.rows.forEach((row, index) => { if (this.matches(row, needles)) this.found.push(index); });
    const { sort, descending } = this.state;
    if (sort !== null) {
      const ranks = this.columns[sort].look === "int" ? null : this.ranksOf(sort);
      const key = index => {
        const cell = this.rows[index][sort];
        if (cell === null) return null;
        const number = Number(cell);
        return ranks ? ranks.get(String(cell)) : Number.isNaN(number) ? Infinity : number;
      };
      const keys = new Map(this.found.map(index => [index, key(index)]));
      this.found.sort((a, b) => {
        const [left, right] = [keys.get(a), keys.get(b)];
        if (left === null || right === null) return (left === null) - (right === null) || a - b;
        return (left < right ? -1 : left > right ? 1 : 0) * (descending ? -1 : 1) || a - b;
      });
    }
    this.show();
  }

  show() {
    const pages = Math.max(1, Math.ceil(this.found.length / rowsAtOnce));
    this.state.page = Math.min(Math.max(this.state.page, 0), pages - 1);
    const start = this.state.page * rowsAtOnce;
    this.fill(this.found.slice(start, start + rowsAtOnce));
    for (const th of this.table.tHead.querySelectorAll("th")) {
      const isSorted = this.state.sort !== null && this.columns[this.state.sort].key === th.dataset.column;
      th.setAttribute("aria-sort", !isSorted ? "none" : this.state.descending ? "descending" : "ascending");
    }
    this.pager.hidden = pages < 2;
    this.previous.disabled = this.state.page === 0;
    this.next.disabled = this.state.page === pages - 1;
    this.place.textContent = filled(words.page, count(this.state.page + 1), count(pages));
    this.shownCount.textContent = filled(words.shown, count(this.found.length), count(this.rows.length));
    for (const [index, select] of this.selects) select.value = this.state.values.get(index) ?? "";
    if (document.activeElement !== this.search) this.search.value = this.state.q;
    this.chips.replaceChildren(...[...this.state.values].filter(([index]) => !this.selects.has(index)).map(([index, value]) => {
      const chip = element("button", { type: "button", className: "chip", title: words.reset }, `${this.columns[index].label}: ${value} ✕`);
      chip.addEventListener("click", () => this.choose(index, ""));
      return chip;
    }));
  }

  fill(indices) {
    const shown = this.shown();
    const rows = indices.map(index => this.line(this.rows[index], shown));
    if (rows.length === 0) {
      rows.push(element("tr", { className: "details" }, element("td", { className: "nothing", colSpan: shown.length + 1 }, words.nothing)));
    }
    this.table.tBodies[0].replaceChildren(...rows);
  }

  line(row, shown) {
    const cells = shown.map(column =>
      element("td", { className: column.long ? "text long" : column.look, "data-label": column.label }, this.content(column, row[column.index])));
    const line = element("tr", { className: this.faint !== null && row[this.faint] === true ? "faint" : "" });
    if (this.hasDetails) {
      const opener = element("button", { type: "button", title: words.details, "aria-label": words.details, "aria-expanded": "false" });
      cells.unshift(element("td", { className: "opener" }, opener));
      line.addEventListener("click", event => {
        if (String(getSelection()) === "" || event.target === opener) this.toggle(line, opener, row, cells.length);
      });
    }
    line.append(...cells);
    return line;
  }

  words(value) {
    return value === true ? words.yes : value === false ? words.no : String(value);
  }

  content(column, value) {
    if (value === null) return "–";
    const text = this.words(value);
    return element("bdi", column.look === "badge" ? { className: column.tones[text] ?? "plain" } : {}, text);
  }

  toggle(line, opener, row, width) {
    const isOpen = opener.getAttribute("aria-expanded") === "true";
    opener.setAttribute("aria-expanded", String(!isOpen));
    if (isOpen) { line.nextElementSibling.remove(); return; }
    const entries = this.columns.flatMap((column, index) => row[index] === null ? [] : [
      element("dt", {}, column.label), element("dd", { className: column.look }, this.content(column, row[index]))]);
    line.after(element("tr", { className: "details" }, element("td", { colSpan: width }, element("dl", {}, ...entries))));
  }

  // The address holds what is shown, so that a view can be shared. Only records have an address.
  remember() {
    if (this.id !== "records") return;
    const address = new URLSearchParams();
    const { q, sort, descending, page, values } = this.state;
    if (q) address.set("q", q);
    for (const [index, value] of values) address.set(this.columns[index].key, value);
    if (sort !== null) address.set("sort", this.columns[sort].key);
    if (descending) address.set("desc", "1");
    if (page > 0) address.set("page", page + 1);
    try { history.replaceState(null, "", `#${address}`); } catch { /* some viewers have no address */ }
  }

  recall(fragment) {
    const address = new URLSearchParams(fragment.replace(/^#/, ""));
    const byKey = new Map(this.columns.map((column, index) => [column.key, index]));
    const known = ["q", "sort", "desc", "page"];
    if (fragment.length > 1 && ![...address.keys()].some(key => known.includes(key) || byKey.has(key))) return false;
    const values = new Map();
    for (const [key, value] of address) if (byKey.has(key) && !known.includes(key)) values.set(byKey.get(key), value);
    this.state = {
      q: address.get("q") ?? "",
      sort: byKey.get(address.get("sort")) ?? null,
      descending: address.get("desc") === "1",
      page: (parseInt(address.get("page"), 10) || 1) - 1,
      values,
    };
    this.refresh();
    return fragment.length > 1;
  }

  beforePrint() {
    this.fill(this.found.slice(0, mostPrinted));
    const isCut = this.found.length > mostPrinted;
    this.printed.textContent = isCut ? filled(words.printed, count(mostPrinted), count(this.found.length)) : "";
  }
}

const tables = configuration.tables.filter(({ id }) => document.querySelector(`#${id} table`)).map(table => new DataTable(table));
const records = tables.find(({ id }) => id === "records");
if (records) {
  const recall = () => { if (records.recall(location.hash)) records.section.scrollIntoView({ block: "start" }); };
  addEventListener("hashchange", recall);
  if (location.hash.length > 1) recall();
}
addEventListener("beforeprint", () => tables.forEach(table => table.beforePrint()));
addEventListener("afterprint", () => tables.forEach(table => table.show()));
})();
