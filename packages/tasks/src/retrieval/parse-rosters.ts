import type { Random } from '../random.ts';
import type { Affiliation, Measure, Roster, Rosters } from './roster.ts';

/** Tables of a language, a line for each; cells stand between ` | `. */
export interface RosterTables {
  /** Key, label, other labels, range, scale, form behind a label, predicates, and what is more and less if words say so. */
  readonly measures: string;
  /** Key, label, other labels, predicates. */
  readonly affiliations: string;
  /** Kind of names, nouns, keys of measures, keys of affiliations; the first line is that of the students. */
  readonly rosters: string;
  plural(noun: string): string;
}

export function parseRosters({ measures, affiliations, rosters, plural }: RosterTables): Rosters {
  const measureOf = new Map(cells(measures).map((row) => [row[0]!, parseMeasure(row)]));
  const affiliationOf = new Map(cells(affiliations).map((row) => [row[0]!, parseAffiliation(row)]));
  const kinds = cells(rosters).map(([names, nouns, keys, places]) => ({
    names: names as Roster['names'],
    nouns: words(nouns!),
    measures: words(keys!).map((key) => measureOf.get(key)!),
    affiliations: words(places!).map((key) => affiliationOf.get(key)!),
  }));
  const [students] = kinds.map(({ names, nouns, measures, affiliations }): Roster => {
    const noun = nouns[0]!;
    return {
      names,
      noun,
      nouns: plural(noun),
      measures: measures.slice(0, 2),
      affiliation: affiliations[0]!,
    };
  });
  const draw = (random: Random): Roster => {
    const { names, nouns, measures, affiliations } = random.pick(kinds);
    const noun = random.pick(nouns);
    return {
      names,
      noun,
      nouns: plural(noun),
      measures: random.sample(measures, Math.min(measures.length, random.integer(2, 3))),
      affiliation: random.pick(affiliations),
    };
  };
  return { students: students!, draw };
}

function cells(table: string): string[][] {
  return table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(' | '));
}

const words = (text: string) => text.split(/, |、/);

function parseMeasure([key, label, labels, range, scale, shown, states, comparatives]: string[]): Measure {
  const [first, last] = range!.split('-').map(Number) as [number, number];
  const size = last - first;
  const [above, below] = comparatives?.split(', ') ?? [];
  return {
    key: key!,
    label: label!,
    labels: labels!,
    first,
    last,
    scale: Number(scale),
    width: [Math.max(2, Math.round(size * 0.046)), Math.max(3, Math.round(size * 0.172))],
    margin: Math.max(2, Math.round(size * 0.023)),
    shown: shown!,
    states: states!.split(' / '),
    ...(above !== undefined && below !== undefined && { comparatives: { above, below } }),
    // Ages and GPAs as the evaluation split has always had them.
    ...(key === 'age' && { width: [2, 6], margin: 3 }),
  };
}

function parseAffiliation([key, label, labels, states]: string[]): Affiliation {
  return { key: key as Affiliation['key'], label: label!, labels: labels!, states: states!.split(' / ') };
}
