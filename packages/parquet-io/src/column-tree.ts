import type { LeafLevels, ListLevels } from './nested-shape.ts';
import { NotPlain } from './not-plain.ts';
import { CONVERTED, REPETITION } from './parquet-footer.ts';
import type { SchemaNode } from './parquet-footer.ts';
import { plainDecoder } from './plain-values.ts';
import type { PlainDecoder } from './plain-values.ts';

/*
 * The columns of a file that are read: leaves, lists and structs that are never null, as our writer declares them.
 */

export interface LeafColumn {
  readonly kind: 'leaf';
  readonly name: string;
  readonly isNullable: boolean;
  /** Its place among all leaves of the file. */
  readonly index: number;
  readonly physical: number;
  readonly levels: LeafLevels;
  readonly decode: PlainDecoder;
}

export interface ListColumn {
  readonly kind: 'list';
  readonly name: string;
  readonly isNullable: boolean;
  readonly element: TreeColumn;
}

export interface StructColumn {
  readonly kind: 'struct';
  readonly name: string;
  readonly isNullable: false;
  readonly members: readonly TreeColumn[];
}

export type TreeColumn = LeafColumn | ListColumn | StructColumn;

/** What is around a field: names with their dots, the highest definition level, and the lists. */
interface Place {
  readonly path: string;
  readonly level: number;
  readonly lists: readonly ListLevels[];
}

/**
 * The columns of a schema that `wants` takes, by the names of their leaves: `samples.list.element.x.list.element`.
 * Throws NotPlain for what our writer does not make.
 */
export function columnTree(
  root: SchemaNode,
  wants: (leaf: string) => boolean,
): readonly TreeColumn[] {
  let leaves = 0;

  function column(node: SchemaNode, place: Place): TreeColumn | undefined {
    if (node.physical !== undefined) return leaf(node, node.physical, place);
    if (node.converted === CONVERTED.list) return list(node, place);
    if (node.converted !== undefined || node.repetition !== REPETITION.required) {
      throw new NotPlain('a group that is no list');
    }
    const members = membersOf(node, { ...place, path: `${place.path}${node.name}.` });
    if (members.length === 0) return undefined;
    return { kind: 'struct', name: node.name, isNullable: false, members };
  }

  function membersOf({ children }: SchemaNode, place: Place): TreeColumn[] {
    const members: TreeColumn[] = [];
    for (const child of children) {
      const member = column(child, place);
      if (member !== undefined) members.push(member);
    }
    return members;
  }

  function leaf(node: SchemaNode, physical: number, place: Place): LeafColumn | undefined {
    const index = leaves++;
    if (!wants(place.path + node.name)) return undefined;
    const isNullable = canBeNull(node);
    const levels = { lists: place.lists, present: place.level + Number(isNullable) };
    const { name } = node;
    return { kind: 'leaf', name, isNullable, index, physical, levels, decode: plainDecoder(node) };
  }

  function list(node: SchemaNode, place: Place): ListColumn | undefined {
    const [repeated, ...others] = node.children;
    const [element] = repeated?.children ?? [];
    const isKnown =
      repeated?.repetition === REPETITION.repeated &&
      repeated.name === 'list' &&
      repeated.children.length === 1 &&
      others.length === 0;
    if (!isKnown || element === undefined) throw new NotPlain('a list of another form');
    const isNullable = canBeNull(node);
    const present = place.level + Number(isNullable);
    const inside = {
      path: `${place.path}${node.name}.list.`,
      level: present + 1,
      lists: [...place.lists, { present, member: present + 1 }],
    };
    const member = column(element, inside);
    return member && { kind: 'list', name: node.name, isNullable, element: member };
  }

  return membersOf(root, { path: '', level: 0, lists: [] });
}

function canBeNull({ repetition }: SchemaNode): boolean {
  if (repetition !== REPETITION.required && repetition !== REPETITION.optional) {
    throw new NotPlain('a field repeated by itself');
  }
  return repetition === REPETITION.optional;
}
