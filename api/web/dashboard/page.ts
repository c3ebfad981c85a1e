/** The element of index.html with this id. */
export function element<Kind extends Element = HTMLElement>(id: string): Kind {
  const found = document.getElementById(id);
  if (!found) throw new Error(`index.html has no #${id}`);
  return found as Element as Kind;
}

/** The first element of the template with this id, copied. */
export function copyOf(id: string): HTMLElement {
  const { content } = element<HTMLTemplateElement>(id);
  return content.firstElementChild!.cloneNode(true) as HTMLElement;
}

/** Writes texts into the parts of an element, by selector. */
export function fill(parent: Element, texts: Record<string, string>): void {
  for (const [selector, text] of Object.entries(texts)) parent.querySelector(selector)!.textContent = text;
}

const NUMBER = new Intl.NumberFormat();
const CLOCK = new Intl.DateTimeFormat([], { hour: "2-digit", minute: "2-digit" });
const EXACT_CLOCK = new Intl.DateTimeFormat([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const DAY_AND_CLOCK = new Intl.DateTimeFormat([], {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
});

/** A number as the reader writes it. */
export function number(value: number): string {
  return NUMBER.format(value);
}

/** How many there are of what, which takes an s in the plural. */
export function counted(count: number, what: string): string {
  return `${number(count)} ${what}${count === 1 ? "" : "s"}`;
}

/** A time of day in the reader's zone. */
export function clock(time: number): string {
  return CLOCK.format(time);
}

/** A moment as short as today allows. */
export function moment(time: number): string {
  const isToday = new Date(time).toDateString() === new Date().toDateString();
  return (isToday ? EXACT_CLOCK : DAY_AND_CLOCK).format(time);
}
