/** Markup that is safe to put into a page as it is. Only `html` and `joined` make it, so text cannot become markup. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type HtmlPart = Html | readonly Html[] | string | number | null;

/**
 * A template that escapes every string put into it, in text and in quoted attributes alike; markup that `html` made
 * stays as it is, null leaves nothing. Attributes must be written with double quotes.
 */
export function html(texts: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html {
  let out = '';
  texts.forEach((text, i) => (out += text + partText(parts[i] ?? null)));
  return new Html(out);
}

function partText(part: HtmlPart): string {
  if (part === null) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'string') return escapeHtml(part);
  if (typeof part === 'number') return escapeHtml(String(part));
  return part.map(({ text }) => text).join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** NUL and other control characters, which HTML does not allow, become the replacement character. */
const SPECIAL = /[&<>"']|(?![\t\n\r])\p{Cc}/gu;

/** Text as HTML text or as the value of a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(SPECIAL, (character) => ENTITIES[character] ?? '\ufffd');
}
