import { describe, expect, it } from 'vitest';
import { birdsEye, fitView } from './birds-eye.ts';
import { arc, buildSample, buildWindow } from './test-data.ts';

describe('the view from above', () => {
  const view = fitView([arc(10, 0), arc(10, 0.02)]);

  it('has forward up and left at the left', () => {
    const [x0, y0] = view.toPixels(0, 0);
    const [, forward] = view.toPixels(10, 0);
    const [left] = view.toPixels(0, 10);
    expect(forward).toBeLessThan(y0);
    expect(left).toBeLessThan(x0);
  });

  it('has one scale for both axes', () => {
    const [x0, y0] = view.toPixels(0, 0);
    expect(y0 - view.toPixels(10, 0)[1]).toBeCloseTo(x0 - view.toPixels(0, 10)[0], 9);
    expect(y0 - view.toPixels(1, 0)[1]).toBeCloseTo(view.pixelsPerMetre, 9);
  });

  it('holds every pose of every path', () => {
    for (const path of [arc(10, 0), arc(10, 0.02)]) {
      path.x.forEach((x, i) => {
        const [px, py] = view.toPixels(x, path.y[i] ?? NaN);
        expect(px).toBeGreaterThanOrEqual(0);
        expect(px).toBeLessThanOrEqual(360);
        expect(py).toBeGreaterThanOrEqual(0);
        expect(py).toBeLessThanOrEqual(440);
      });
    }
  });

  it('does not blow up the noise of a vehicle that stands', () => {
    expect(fitView([arc(0.001, 0)]).pixelsPerMetre).toBeLessThan(20);
  });
});

describe('a drawn window', () => {
  it('has a path, a colour and a number for each sample', () => {
    const drawn = birdsEye(buildWindow()).text;
    for (let k = 0; k < 6; k++) {
      expect(drawn).toContain(`class="sample k${k}"`);
      expect(drawn).toContain(`<title>sample ${k}</title>`);
    }
    expect(drawn).toContain('recorded future');
    expect(drawn).toContain('history');
  });

  it('has the obstacles that are near and leaves out those far away', () => {
    const near = buildWindow();
    const [first] = near.obstacles ?? [];
    if (!first) throw new Error('built without obstacles');
    const far = { ...first, trackId: 'far', x: Float64Array.of(900) };
    const drawn = birdsEye({ ...near, obstacles: [first, far] }).text;
    expect(drawn).toContain('automobile 7');
    expect(drawn).not.toContain('automobile far');
  });

  it('says how long its scale bar is', () => {
    const slow = buildWindow({ samples: [buildSample(arc(2, 0))], future: arc(2, 0) });
    expect(birdsEye(slow).text).toMatch(/class="scale-bar"[^]*5 m/);
  });
});
