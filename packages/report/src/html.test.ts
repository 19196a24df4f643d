import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeHtml, html } from './html.ts';

describe('text that becomes markup', () => {
  it('loses every sign that markup is made of', () => {
    expect(html`<p title="${`"'>`}">${'<script>alert(1)</script> & more'}</p>`.text).toBe(
      '<p title="&quot;&#39;&gt;">&lt;script&gt;alert(1)&lt;/script&gt; &amp; more</p>',
    );
  });

  it('is not escaped twice, because what html made is markup already', () => {
    const inner = html`<b>${'<'}</b>`;
    expect(html`${inner}${[inner, inner]}${null}${3}`.text).toBe(
      '<b>&lt;</b><b>&lt;</b><b>&lt;</b>3',
    );
  });

  it('keeps line breaks and shows other control characters as what they are: no text', () => {
    expect(escapeHtml('a\tb\nc\u0000\u0007d')).toBe('a\tb\nc\ufffd\ufffdd');
  });

  it('never holds a bracket or a quote, whatever it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(escapeHtml(text)).not.toMatch(/[<>"']/);
      }),
    );
  });
});
