import { tinyTokenizer } from '@drivesweep/testkit';
import type { BundlePrompt, PromptSegment } from './manifest-reasoning.ts';

/** Prompts of Alpamayo-R1 and 1.5 as segments of policy.json, for tests. Strings: NVlabs/alpamayo, create_message. */

const SPECIALS = [
  'prompt_start prompt_end image_start _padding_0 image_end traj_history_start _padding_1 traj_history_end cot_start',
  'cot_end _padding_2 _padding_3 traj_future_start _padding_4 traj_future_end traj_history traj_future _padding_5',
  '_padding_6 _padding_7 _padding_8 route_start route_pad route_end question_start question_end answer_start answer_end',
]
  .join(' ')
  .split(' ')
  .map((name) => `<|${name}|>`);

/** The tiny tokenizer with the tokens that Alpamayo 1.5 adds to Qwen's, in their order. */
export const ALPAMAYO_TOKENIZER = tinyTokenizer({ bins: 4000, specials: SPECIALS });

const { idOf } = ALPAMAYO_TOKENIZER;
const CAMERA_NAMES: Readonly<Record<number, string>> = {
  0: 'Front left camera: ',
  1: 'Front camera: ',
  2: 'Front right camera: ',
  6: 'Front telephoto camera: ',
};

export interface PromptOptions {
  readonly cameras: readonly number[];
  readonly frames: number;
  readonly imageTokens: number;
  /** 1.5 names cameras and frames, and has room for navigation. */
  readonly variant: 'r1' | '1.5';
  readonly navigationTokens: number;
}

/** `length` is what it comes to with the tiny tokenizer. */
export function alpamayoPrompt(options: PromptOptions, length: number): BundlePrompt {
  const { cameras, frames, imageTokens, variant, navigationTokens } = options;
  const images = cameras.flatMap((camera, c) =>
    Array.from({ length: frames }, (_, f): PromptSegment[] => {
      const name = f === 0 ? (CAMERA_NAMES[camera] ?? '') : '';
      const label = variant === '1.5' ? `${name}frame ${f} ` : '';
      return [
        { kind: 'text', text: `${label}<|vision_start|>` },
        { kind: 'image', index: c * frames + f, id: idOf('<|image_pad|>'), tokens: imageTokens },
        { kind: 'text', text: '<|vision_end|>' },
      ];
    }).flat(),
  );
  return {
    length,
    padId: idOf('<|endoftext|>'),
    segments: [
      {
        kind: 'text',
        text:
          '<|im_start|>system\nYou are a driving assistant that generates safe and accurate actions.<|im_end|>\n' +
          '<|im_start|>user\n',
      },
      ...images,
      { kind: 'text', text: '<|traj_history_start|>' },
      {
        kind: 'history',
        steps: 16,
        bins: 1000,
        firstId: idOf('<i3000>'),
        min: [-4, -4, -10],
        max: [4, 4, 10],
      },
      { kind: 'text', text: '<|traj_history_end|>' },
      ...(variant === '1.5' && navigationTokens > 0
        ? [
            {
              kind: 'navigation',
              before: '<|route_start|>',
              after: '<|route_end|>',
              maxTokens: navigationTokens,
            } as const,
          ]
        : []),
      {
        kind: 'text',
        text:
          'output the chain-of-thought reasoning of the driving process, then output the future trajectory.<|im_end|>\n' +
          '<|im_start|>assistant\n<|cot_start|>',
      },
    ],
  };
}
