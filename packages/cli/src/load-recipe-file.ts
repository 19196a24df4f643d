import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { DrivesweepError } from '@drivesweep/contracts';
import { RECIPE_FIELDS, recipeSchema, resolveRecipe } from '@drivesweep/teacher-export';
import type { Recipe } from '@drivesweep/teacher-export';
import { readDriveList } from './drive-list.ts';
import { parseYamlFile, YamlFileError } from './yaml-file.ts';
import type { Mistake } from './yaml-file.ts';

/**
 * Reads a recipe and the lists of drives that it names, which lie relative to it.
 * Errors: RECIPE_INVALID with every mistake and its line; LIST_INVALID; USAGE when the file cannot be read.
 */
export async function loadRecipeFile(path: string): Promise<Recipe> {
  const refuse = (where: string, mistakes: readonly Mistake[]) =>
    new YamlFileError('RECIPE_INVALID', where, mistakes);
  const { value, locate } = parseYamlFile(path, await readText(path), {
    schema: recipeSchema,
    fields: RECIPE_FIELDS,
    refuse,
  });
  const folder = dirname(resolve(path));
  const listed: string[] = [];
  for (const [i, list] of value.exclude.lists.entries()) {
    const field = ['exclude', 'lists', i];
    const bytes = await readFile(resolve(folder, list)).catch((cause: unknown) => {
      const why = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unreadable';
      throw refuse(path, [
        {
          ...locate(field),
          path: field,
          message: `expected a list of drives; found ${list} (${why})`,
        },
      ]);
    });
    listed.push(...readDriveList(basename(list), bytes));
  }
  return resolveRecipe(value, listed);
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const why = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unreadable';
    throw new DrivesweepError('USAGE', `cannot read the recipe ${path} (${why})`, {
      hint: 'examples/ of drivesweep holds recipes to start from',
      cause,
    });
  }
}
