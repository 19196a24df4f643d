import { describe, expect, it } from 'vitest';
import { renderReport } from './report.ts';
import {
  arc,
  buildReport,
  buildReportScorecard,
  buildSample,
  buildSummary,
  buildWindow,
} from './test-data.ts';

const page = renderReport(buildReport());

describe('the page of a sweep', () => {
  it('is the same bytes for the same data', () => {
    expect(renderReport(buildReport())).toBe(page);
  });

  it('loads nothing and runs nothing', () => {
    expect(page).not.toMatch(/<script|<link|<iframe|<object|@import|url\(|\son[a-z]+=/i);
    expect(page).not.toMatch(/(src|href)="(?!#|data:)/);
    expect(page).toContain('default-src &#39;none&#39;');
  });

  it('links each headline metric to its definition, which is in the page', () => {
    const anchors = [...page.matchAll(/href="#(metric-[^"]+)"/g)].map(([, anchor]) => anchor ?? '');
    expect(anchors.length).toBeGreaterThanOrEqual(3);
    for (const anchor of anchors) expect(page).toContain(`id="${anchor}"`);
    expect(page).toContain('ADE up to H of the sample that has the lowest ADE');
  });

  it('says how many windows it is about, and that open loop does not show safety', () => {
    for (const text of ['940 answered', '40 failed', '10 skipped', '10 missing']) {
      expect(page).toContain(text);
    }
    expect(page).toContain('the recording does not react');
  });

  it('warns of few drives, and only of few', () => {
    expect(page).toContain('Few drives.');
    const many = buildReport({ scorecard: buildReportScorecard({ drives: 200 }) });
    expect(renderReport(many)).not.toContain('Few drives.');
  });

  it('names the causes of failures and what they mean', () => {
    expect(page).toMatch(/CAMERA_MISSING[^]*the drive has no such camera/);
  });

  it('cannot be taken over by what a policy or a dataset says', () => {
    const evil = `"><script>alert('x')</script>`;
    const window = buildWindow({
      windowId: evil,
      driveId: evil,
      facts: { [evil]: evil },
      samples: [buildSample(arc(5, 0), { trace: evil })],
      obstacles: [{ ...at(8), trackId: evil, className: evil }],
      picture: { kind: 'none', reason: evil },
      verdicts: [],
    });
    const scorecard = buildReportScorecard();
    const named = {
      ...scorecard,
      sweep: { ...scorecard.sweep, name: evil, policy: evil, revision: evil },
      errors: { [evil]: 1 },
      factsNotSliced: [evil],
      metrics: [...scorecard.metrics, buildSummary({ slice: `country=${evil}` })],
    };
    const taken = renderReport(
      buildReport({ scorecard: named, worst: [window], contradictions: [window], notes: [evil] }),
    );
    expect(taken).not.toContain('<script');
    expect(taken).not.toContain(`"><`.concat('script'));
    expect(taken).toContain('&lt;script&gt;');
  });

  it('of a sweep in which nothing was scored says so', () => {
    const scorecard = buildReportScorecard({
      metrics: [buildSummary({ mean: null, n: 0, median: null, interval: null, worstCase: null })],
      counts: { expected: 3, ok: 0, error: 3, skipped: 0, missing: 0 },
    });
    const empty = renderReport({
      scorecard,
      histograms: {},
      worst: [],
      contradictions: [],
      notes: [],
    });
    expect(empty).toContain('No window was scored.');
  });

  it('shows a camera frame as data', () => {
    const picture = {
      kind: 'jpeg',
      base64: 'AAAA',
      widthPx: 640,
      heightPx: 360,
      camera: 'camera_front_wide_120fov',
      offsetUs: -33_000,
    } as const;
    const shown = renderReport(buildReport({ worst: [buildWindow({ picture })] }));
    expect(shown).toContain('src="data:image/jpeg;base64,AAAA"');
    expect(shown).toContain('33 ms before t0');
  });
});

function at(x: number) {
  const one = (value: number) => Float64Array.of(value);
  return { lengthM: 4, widthM: 2, tS: one(0), x: one(x), y: one(0), yaw: one(0) };
}
