import { describe, expect, it } from 'vitest';
import { dataTerms, decideLicences, licenceOfLayout, teacherTerms } from './licence.ts';

const APACHE = { id: 'Apache-2.0', commercialUse: true, mustAccept: false };
const RESEARCH = { id: 'LicenseRef-Research', commercialUse: false, mustAccept: true };

function decide(changes: Partial<Parameters<typeof decideLicences>[0]>) {
  return decideLicences({
    teacher: teacherTerms(APACHE),
    data: dataTerms('MIT'),
    accepted: [],
    isPublic: false,
    ...changes,
  });
}

describe('licences of an export', () => {
  it('free ones need nothing, and may be published', () => {
    expect(decide({ isPublic: true }).accepted).toEqual([]);
  });

  it('a teacher for research only must be accepted by its id', () => {
    const teacher = teacherTerms(RESEARCH);
    expect(() => decide({ teacher })).toThrow('LicenseRef-Research');
    const { accepted } = decide({ teacher, accepted: ['LicenseRef-Research'] });
    expect(accepted.map(({ id }) => id)).toEqual(['LicenseRef-Research']);
  });

  it('accepting one licence does not accept the other', () => {
    const data = dataTerms(licenceOfLayout('physicalai-av'));
    const request = { teacher: teacherTerms(RESEARCH), data, accepted: ['LicenseRef-Research'] };
    expect(() => decide(request)).toThrow('LicenseRef-NVIDIA-AV-Dataset');
  });

  it('a public target is refused when either forbids passing on, whatever was accepted', () => {
    const data = dataTerms(licenceOfLayout('physicalai-av'));
    const request = { data, accepted: [data.id], isPublic: true };
    expect(() => decide(request)).toThrow('must not be published');
    expect(decide({ ...request, isPublic: false }).accepted).toEqual([data]);
  });

  it('what is not known forbids', () => {
    expect(dataTerms('LicenseRef-Mine')).toMatchObject({
      freeToTrain: false,
      redistribution: false,
    });
  });

  it('a bundle may be stricter than its licence, never looser', () => {
    expect(teacherTerms({ ...APACHE, commercialUse: false }).freeToTrain).toBe(false);
    expect(teacherTerms({ ...RESEARCH, commercialUse: true, mustAccept: false }).freeToTrain).toBe(
      false,
    );
  });
});
