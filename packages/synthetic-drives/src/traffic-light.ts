export type LightColour = 'red' | 'amber' | 'green';

/** A traffic light for the ego direction: colours that follow each other, each from its time on. */
export interface TrafficLight {
  /** Where vehicles stop. */
  readonly stopLineM: number;
  /** Where the lamps hang, beyond the crossing. */
  readonly mastM: number;
  readonly phases: readonly [LightPhase, ...LightPhase[]];
}

export interface LightPhase {
  readonly fromS: number;
  readonly colour: LightColour;
}

export function lightColourAt(light: TrafficLight, tS: number): LightColour {
  let { colour } = light.phases[0];
  for (const phase of light.phases) if (phase.fromS <= tS) ({ colour } = phase);
  return colour;
}
