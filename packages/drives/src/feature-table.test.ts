import { describe, expect, it } from 'vitest';
import {
  camerasOf,
  chunkKeyOf,
  documentedFeatures,
  memberNameOf,
  parseFeatureTable,
} from './feature-table.ts';
import type { Feature } from './feature-table.ts';

const HEADER = 'feature,directory,chunk_path,clip_files_in_zip\n';

function featureOf(line: string): Feature {
  const [feature] = parseFeatureTable(HEADER + line).values();
  if (!feature) throw new Error('no feature');
  return feature;
}

describe('features.csv', () => {
  const radar = featureOf(
    'radar_a,radar,radar/radar_a/radar_a.chunk_{chunk_id:04d}.zip,"{""scans"": ""{clip_id}.radar_a.parquet""}"',
  );

  it('says in which zip a chunk is, and under which name a drive is in it', () => {
    expect(chunkKeyOf(radar, 36)).toBe('radar/radar_a/radar_a.chunk_0036.zip');
    expect(chunkKeyOf(radar, 31_450)).toBe('radar/radar_a/radar_a.chunk_31450.zip');
    expect(memberNameOf(radar, 'scans', '$&-odd')).toBe('$&-odd.radar_a.parquet');
    expect(memberNameOf(radar, 'video', 'a')).toBeUndefined();
  });

  it('may have its columns in any order, and other columns', () => {
    const table = parseFeatureTable(
      'x,chunk_path,clip_files_in_zip,directory,feature\n1,a.zip,,d,f',
    );
    expect(table.get('f')).toEqual({ name: 'f', directory: 'd', chunkPath: 'a.zip', members: {} });
  });

  it('tells cameras from what else is called one by their video and frame times', () => {
    const table = parseFeatureTable(
      `${HEADER}camera_intrinsics,calibration,c.parquet,\ncamera_x,camera,x.zip,` +
        '"{""video"": ""v"", ""frame_timestamps"": ""t""}"\n',
    );
    expect(camerasOf(table).map(({ name }) => name)).toEqual(['camera_x']);
  });

  it.each([
    ['feature,directory\n', 'no column chunk_path'],
    [`${HEADER}f,d,p.zip,"{oops"`, 'clip_files_in_zip of f is not JSON'],
    [`${HEADER}f,d,p.zip,"{""a"": 1}"`, 'clip_files_in_zip of f: a is not text'],
    [`${HEADER}f,d,../../etc/passwd,`, 'is not a path inside the dataset'],
    [`${HEADER}f,d,/etc/passwd,`, 'is not a path inside the dataset'],
    [`${HEADER}f,d,,`, 'is not a path inside the dataset'],
    [`${HEADER}f,"d`, 'the quoted field at character 49 does not end'],
  ])('%j is refused', (text, problem) => {
    expect(() => parseFeatureTable(text)).toThrow(problem);
  });

  it('can be missing: then the documented places hold', () => {
    const features = documentedFeatures();
    expect(camerasOf(features)).toHaveLength(7);
    const egomotion = features.get('egomotion');
    expect(egomotion && chunkKeyOf(egomotion, 7)).toBe('labels/egomotion/egomotion.chunk_0007.zip');
    expect(egomotion && memberNameOf(egomotion, 'egomotion', 'a')).toBe('a.egomotion.parquet');
  });
});
