/** The comparison's own labels; the table and its words come from `hallpass/inspect`, as in the README. */

export const strings = {
  title: 'Comparison',
  lead: 'Five ways to carry a session, run side by side on one machine against a real Redis and in a real Chromium. What is here was measured, by a command that you can run yourself.',
  caption: 'The ways side by side',
  ways: 'The ways',
  how: 'How each row was measured',
  setUps: 'What exactly ran',
  advisor: 'Which of them suits you? Ask the advisor',
}
