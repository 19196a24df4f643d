import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderComparison } from './comparison.ts';
import { renderReport } from './report.ts';
import { CHROMIUM, withPage } from './test-browser.ts';
import { arc, buildComparison, buildReport, buildSample, buildWindow } from './test-data.ts';

const EVIL = `</title><script>document.title='taken'</script><img src=x onerror="document.title='taken'">`;
const MISSING = 'Chromium is not installed (Debian, Ubuntu: apt-get install chromium)';

/** A small picture that is not the page's, as ffmpeg writes it. */
function jpeg(): string {
  const picture = ['-f', 'lavfi', '-i', 'color=0x3366aa:s=64x36', '-frames:v', '1'];
  const run = spawnSync('ffmpeg', ['-v', 'error', ...picture, '-f', 'mjpeg', 'pipe:1']);
  return run.stdout.toString('base64');
}

let folder = '';
const urls: Record<'report' | 'comparison', string> = { report: '', comparison: '' };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'report-'));
  const camera = { camera: 'front', offsetUs: 0, widthPx: 64, heightPx: 36 };
  const pictured = buildWindow({ picture: { kind: 'jpeg', base64: jpeg(), ...camera } });
  const evil = buildWindow({
    driveId: EVIL,
    samples: [buildSample(arc(8, 0), { trace: EVIL })],
    verdicts: [],
  });
  const pages = {
    report: renderReport(buildReport({ worst: [pictured, evil] })),
    comparison: renderComparison(buildComparison(), [{ a: evil, b: pictured }]),
  };
  for (const name of ['report', 'comparison'] as const) {
    const path = join(folder, `${name}.html`);
    await writeFile(path, pages[name]);
    urls[name] = pathToFileURL(path).href;
  }
});
afterAll(() => rm(folder, { recursive: true }));

describe.skipIf(CHROMIUM === undefined)(
  CHROMIUM === undefined ? `skipped: ${MISSING}` : 'a page in a browser',
  () => {
    it.each(['report', 'comparison'] as const)('loads nothing but itself: %s', async (name) => {
      await withPage(urls[name], { scripts: true }, (page) => {
        const loaded = page.requests.filter((url) => !url.startsWith('data:'));
        expect(loaded).toEqual([urls[name]]);
        expect(page.complaints).toEqual([]);
        return Promise.resolve();
      });
    });

    it('runs nothing of what a policy says', async () => {
      await withPage(urls.report, { scripts: true }, async (page) => {
        expect(await page.evaluate('document.title')).toContain('town-six-samples');
        expect(await page.evaluate('document.scripts.length')).toBe(0);
        expect(await page.evaluate('document.body.innerText')).toContain(EVIL);
      });
    });

    it('shows its pictures, and folds without a script', async () => {
      await withPage(urls.report, { scripts: false }, async (page) => {
        const widths = '[...document.images].map((image) => image.naturalWidth).join()';
        expect(await page.evaluate(widths)).toBe('64');
        const table = `document.querySelector('#all-metrics table')`;
        const seen = `${table}.checkVisibility()`;
        expect(await page.evaluate(seen)).toBe(false);
        await page.evaluate(`${table}.closest('details').querySelector('summary').click()`);
        expect(await page.evaluate(seen)).toBe(true);
      });
    });

    it('leads from each headline metric to its definition', async () => {
      await withPage(urls.report, { scripts: true }, async (page) => {
        const broken = `[...document.querySelectorAll('a[href^="#"]')]
          .filter((a) => !document.getElementById(a.getAttribute('href').slice(1))).length`;
        expect(await page.evaluate(broken)).toBe(0);
      });
    });

    it.each([
      ['report', 1200],
      ['report', 400],
      ['comparison', 1200],
      ['comparison', 400],
    ] as const)('%s fits a screen of %s pixels', async (name, width) => {
      await withPage(urls[name], { scripts: true }, async (page) => {
        await page.show({ width, dark: false });
        // What scrolls in a box of its own does not count.
        const tooWide = `[...document.body.querySelectorAll('*')]
          .filter((element) => !element.closest('.scroll, svg, .two') )
          .filter((element) => element.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
          .map((element) => element.outerHTML.slice(0, 80)).join('\\n')`;
        expect(await page.evaluate(tooWide)).toBe('');
        const scrolls = `document.documentElement.scrollWidth - document.documentElement.clientWidth`;
        expect(await page.evaluate(scrolls)).toBe(0);
      });
    });

    it('is light or dark as the reader likes, and neither is blank', async () => {
      await withPage(urls.report, { scripts: true }, async (page) => {
        const background = 'getComputedStyle(document.body).backgroundColor';
        await page.show({ width: 1200, dark: false });
        expect(await page.evaluate(background)).toBe('rgb(252, 252, 251)');
        const light = await page.picture();
        await page.show({ width: 1200, dark: true });
        expect(await page.evaluate(background)).toBe('rgb(18, 22, 28)');
        const dark = await page.picture();
        // A page without text and plots is a few kilobytes of one colour.
        expect(Math.min(light.length, dark.length)).toBeGreaterThan(60_000);
        expect(Buffer.compare(light, dark)).not.toBe(0);
      });
    });
  },
);
