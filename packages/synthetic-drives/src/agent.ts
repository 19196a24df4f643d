/** Everything on the road but the ego vehicle: how it moves, how large it is, and how it looks. */

export type VehicleBody = 'sedan' | 'suv' | 'van' | 'truck' | 'bus';

/** Class names of the dataset that the generator uses. */
type AgentClass = 'automobile' | 'heavy_truck' | 'bus' | 'person' | 'rider' | 'protruding_object';

export type Rgb = readonly [red: number, green: number, blue: number];

export interface AgentState {
  /** Centre of the footprint in road coordinates. */
  readonly sM: number;
  readonly dM: number;
  /** Heading against the direction of the road at sM. */
  readonly yawRoad: number;
  readonly speedMps: number;
  readonly braking: boolean;
  readonly indicator: 'left' | 'right' | 'both' | null;
}

export interface Agent {
  readonly trackId: string;
  readonly className: AgentClass;
  readonly lengthM: number;
  readonly widthM: number;
  readonly heightM: number;
  readonly look:
    | { readonly kind: 'vehicle'; readonly body: VehicleBody; readonly paint: Rgb }
    | { readonly kind: 'person'; readonly coat: Rgb; readonly trousers: Rgb }
    | { readonly kind: 'cyclist'; readonly coat: Rgb; readonly frame: Rgb }
    | { readonly kind: 'cone' };
  at(tS: number): AgentState;
}

export const BODY_SIZES: Readonly<
  Record<VehicleBody, { className: AgentClass; size: readonly [number, number, number] }>
> = {
  sedan: { className: 'automobile', size: [4.6, 1.85, 1.45] },
  suv: { className: 'automobile', size: [4.7, 1.95, 1.75] },
  van: { className: 'automobile', size: [5.4, 2.05, 2.2] },
  truck: { className: 'heavy_truck', size: [8.5, 2.5, 3.4] },
  bus: { className: 'bus', size: [11, 2.55, 3.1] },
};
