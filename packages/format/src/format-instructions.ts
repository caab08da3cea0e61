import type { Language } from './language.ts';
import { blockEnd, markers } from './markers.ts';

const { step, titleEnd, ellipsis } = markers;

const example = {
  en: `${step}first title${titleEnd} text of the first step

${step}second title${titleEnd} text of the second step

${blockEnd}`,
  zh: `${step}第一个标题${titleEnd}第一步的内容

${step}第二个标题${titleEnd}第二步的内容

${blockEnd}`,
};

const instructions: Record<Language, string> = {
  en: `If parts of the answer can be worked out independently of one another, write the answer like this:
1. Begin with a short introduction that does not use ${step}.
2. Then write one step for each independent part. A step starts on a new line with ${step}, a short title of its own and the English colon "${titleEnd}", followed by the text of the step and a blank line. No two titles are the same, and no step refers to another step.
3. After the last step write ${blockEnd} on a line of its own.
4. Then draw the conclusion from the steps and give the final answer.
The middle part looks like this:

${example.en}

An ellipsis "${ellipsis}" right after a title means that only the title is listed there and the step is written elsewhere: in that case go on with the next title, or with ${blockEnd} when all parts have been listed. Never write the ellipsis yourself.`,
  zh: `如果答案中有可以彼此独立完成的部分，请按以下格式作答：
1. 先写一小段开头，其中不要使用 ${step}。
2. 然后为每个独立部分写一个步骤。每个步骤另起一行，以 ${step} 开头，接一个简短的标题和英文冒号“${titleEnd}”，再写这一步的内容，最后空一行。标题不能重复，各步骤之间不能互相引用。
3. 最后一个步骤之后，单独一行写 ${blockEnd}。
4. 接着根据各步骤得出结论，并给出最终答案。
中间部分的样子如下：

${example.zh}

如果标题后面紧跟省略号“${ellipsis}”，表示这里只列标题，该步骤的内容写在别处：此时请直接写下一个标题；如果所有部分都已列出，就写 ${blockEnd}。不要自己写省略号。`,
};

/**
 * Text to append to a user's prompt so that a general model answers in the format. A model that was trained on the
 * format needs none.
 *
 * @example
 * ```ts
 * const content = `${question}\n\n${formatInstructions(detectLanguage(question))}`;
 * ```
 */
export function formatInstructions(language: Language): string {
  return instructions[language];
}
