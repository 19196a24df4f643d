import type { MetricCard } from '@drivesweep/scoring';
import { html } from './html.ts';
import type { Html } from './html.ts';
import type { MetricCatalogue } from './metric-catalogue.ts';

const BETTER = {
  lower: 'Lower is better.',
  higher: 'Higher is better.',
  neither: 'Describes, does not judge.',
};

/** The cards of these metrics, each once, in the order of their first metric. */
export function definitionsSection(ids: readonly string[], catalogue: MetricCatalogue): Html {
  const cards = new Map<string, { readonly card: MetricCard; readonly ids: string[] }>();
  for (const id of ids) {
    const known = catalogue(id);
    if (known === undefined) continue;
    const entry = cards.get(known.anchor) ?? { card: known.card, ids: [] };
    cards.set(known.anchor, { ...entry, ids: [...entry.ids, id] });
  }
  const shown = [...cards].map(([anchor, entry]) => definition(anchor, entry.card, entry.ids));
  return html`<section id="definitions">
    <h2>Definitions</h2>
    <p class="note">K is the number of samples, H a horizon in seconds.</p>
    <dl class="definitions">${shown}</dl>
  </section>`;
}

function definition(anchor: string, card: MetricCard, ids: readonly string[]): Html {
  const unit = card.unit === 'score' ? 'no unit' : card.unit;
  return html`<div id="${anchor}">
    <dt><code>${card.pattern}</code></dt>
    <dd>
      ${card.definition}
      <span class="unit"
        >Unit: ${unit}; range ${card.range}. ${BETTER[card.better]} Applies to
        ${card.validity}.</span
      >
      <span class="source">Source: ${card.source}</span>
      <span class="unit">Here: ${ids.join(', ')}</span>
    </dd>
  </div> `;
}
