import type { Styles } from './styles.ts';

export const stylesEnglish: Styles = {
  leads: [
    '{name}',
    '{name}',
    '[The|A|Our|One] {noun} [named|called|by the name of] {name}',
    'The {noun} {name}',
    '{Noun} {name}',
    '[Meet|This is|Here is|Next comes|Then there is] {name}, a {noun} who',
    '[We know that|It is known that|According to the file,] {name}',
  ],
  asides: [
    '[Having|Given] [a|the] {label} of {value}, ',
    '[Under|Next to|Beside] {label} {value}[:|,] ',
    '[Listed|Filed|Known] [as|by|under] {label} {value}, ',
    '({label} {value}) ',
    '{label} {value} - ',
    '[Thanks to|Because of] {label} {value}[, chosen|, invited|][:|,] ',
    'Now {label} {value}: ',
    '{value}, ',
  ],
  inBrackets: '{name} ({value})',
  joints: [', ', ' and ', '. ', '; ', ', and also '],
  nextSentences: ['[{pronoun}|{pronoun}|This {noun}|The {noun}]', '[{pronoun}|The same {noun}]'],
  pronouns: { person: ['He/She', 'He/She', 'He', 'She', 'They'], thing: ['It'] },
  stop: '.',
  firsts: [
    '{name}[:| -|,|;] ',
    '[Name|name|NAME|{Noun}|{noun}|Full name]: {name}{separator}',
    '{name} (',
    '{Noun} {name}[:|,| -] ',
    '**{name}**[:|] ',
    '{name}{separator}',
    '"{name}"[:|,] ',
    '<{name}> ',
    '{open}{name}{close} ',
  ],
  colons: [': ', ': ', ' ', ' = ', '=', ' - ', ' is '],
  separators: [', ', '; ', ' | ', '. ', ' / ', '\n', '\n- ', '\n  ', ' - ', ' * '],
  lasts: ['', '.', ';'],
  words: (
    'a about above across actually after again all almost along already also although always among and another any ' +
    'around as aside at back because become been before began behind being below beside best between beyond big both ' +
    'brief brought busy but by call called came case certain clearly close come common could current day deep did does ' +
    'done down during each early either else enough even ever every exact exactly fair far few final first for former ' +
    'found free from full further gave general get given gives good great had half has have having her here high him ' +
    'his home how if in indeed inside into is it its just keeps kept kind known large last late later least left less ' +
    'level life like line listed little long made main makes many may means met might mind more most much must near ' +
    'nearly new next no nor not note noted now number of off often old on once one only open or other our out over own ' +
    'part past per place plain plus point present put quite rather ready real recent right said same saw says second ' +
    'seen set several she short shows side simply since small so some soon still such sure takes than that the their ' +
    'them then there these they thing this those though through time to today together told too took total towards ' +
    'true turns two under until up upon us used using usual value very was way we well went were what when where which ' +
    'while who whole will with within without word work would year years yes yet you'
  ).split(' '),
  wordSpace: ' ',
  wordJoints: [' ', ' ', ' ', ', ', ', ', '; ', ': ', ' - ', '. ', ' / ', ' (', ') '],
  cells: [' | ', ' | ', '; ', ' / ', '\t', ' ; ', ' - '],
  nameHeadings: '[Name|name|{Noun}|{noun}|NAME]',
  interestLabels: '[Interests|interests|Likes|Skills|Pastimes|Favorite topics|Topics]',
  interestStates: [
    'is interested in {v}',
    'likes {v}',
    'loves {v}',
    'has an interest in {v}',
    'cares about {v}',
    'spends much time on {v}',
    'is fond of {v}',
    'has a passion for {v}',
    'is keen on {v}',
    'adores {v}',
    'spends weekends with {v}',
  ],
  introductionLeads: [
    ' ',
    ' His/her self-introduction is: ',
    ' [Self-introduction|About me|Motto|Letter|In short|Own words|Comment]: ',
    ' In [his/her|his|her|their] own words: ',
    '\n',
    ' [He/She|This {noun}] [writes|says|adds|tells us]: ',
  ],
  fillers: [
    '[Nothing|Little|Not much] else is known.',
    'The [file|record|entry|form] was [checked|printed|signed|updated] [on Monday|in spring|last week|twice].',
    '[Available|Expected|Seen] [from now on|at once|in May|soon].',
    '[References|Documents|Photos] [are missing|were attached|will follow].',
    '[Second|First|Late|Early] [entry|call|request].',
  ],
  comparisons: {
    between: [
      'between {low} and {high}',
      'between {low} and {high}',
      'from {low} to {high}',
      'at least {low} and at most {high}',
      'more than {low} but less than {high}',
      'over {low} and under {high}',
      'somewhere between {low} and {high}',
    ],
    above: [
      'above {limit}',
      'over {limit}',
      'more than {limit}',
      'at least {limit}',
      'no less than {limit}',
      'not less than {limit}',
      'a minimum of {limit}',
    ],
    below: [
      'below {limit}',
      'under {limit}',
      'less than {limit}',
      'at most {limit}',
      'no more than {limit}',
      'not more than {limit}',
      'a maximum of {limit}',
    ],
    exactly: ['exactly {limit}', 'precisely {limit}', '{limit}', 'just {limit}'],
  },
  relations: {
    between: [
      'between {low} and {high}',
      'in the range of {low} to {high}',
      'within {low} and {high}',
      'from {low} to {high}',
      'above {low} and below {high}',
      '{low}-{high}',
      '>= {low} and <= {high}',
    ],
    above: [
      'above {limit}',
      'higher than {limit}',
      'greater than {limit}',
      'over {limit}',
      '> {limit}',
      '{limit} or more',
    ],
    below: [
      'below {limit}',
      'lower than {limit}',
      'smaller than {limit}',
      'under {limit}',
      '< {limit}',
      '{limit} or less',
    ],
    exactly: ['exactly {limit}', 'equal to {limit}', '{limit}', '= {limit}'],
  },
  predicate: '{state}',
  questions: [
    '[Which|Which|What] {noun} {predicate}?',
    '[Tell me|Say|Find out|Determine|Work out|Decide] [which|what] {noun} {predicate}.',
    '[Please |][find|name|identify|pick|select|look for|choose|search for|give me] the {noun} [that|which] {predicate}.',
    '[I need|I want|I am looking for|We need|We want|We search for] [the|a|one] {noun} that {predicate}.[ Which one is it?|]',
    '[Only one|Exactly one|At most one] {noun} {predicate}. [Which one|Which {noun}|Which one is it]?',
    '[Among|Out of|Of] the {nouns}[ above| in the list| given|], [which one|which {noun}|which] {predicate}?',
    '[Can|Could] you [tell me|say|find out] which {noun} {predicate}?',
  ],
  personQuestions: [
    'Who {predicate}?',
    'Who[ of them| in the list| here] {predicate}?',
    '[Find|Name|Identify|Pick|Look for] [the {noun}|the one|somebody|the person] who {predicate}.',
    '[Can|Could] you tell me who {predicate}?',
  ],
  labelQuestions: [
    "[Whose {label}|Which {noun}'s {label}|The {label} of which {noun}] [is|is|lies] {relation}?",
    '[Which|What] {noun} has [a|the] {label} {relation}?',
    '[Find|Name|Pick|Select|Give me] the {noun} whose {label} is {relation}.',
    '[Which {noun}|Which one]: {label} {relation}?',
    'For which {noun} is the {label} {relation}?',
    '{Noun} with {label} {relation}?',
  ],
  lookUps: [
    'What is the {label} of {name}?',
    '[What|Which] {label} does {name} have?',
    '[Tell me|Give me|Look up|Find|State] the {label} of {name}.',
    "[Tell me|Give|Look up] {name}'s {label}.",
    '{name}: [what|which] {label}?',
  ],
};
