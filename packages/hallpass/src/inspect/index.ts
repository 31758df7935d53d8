export { type Advice, advise, adviceLabels, type Cost, type SuggestedCommand } from './advise/advise.js'
export type { CodeFile } from './advise/code.js'
export type { Configuration } from './advise/configuration.js'
export { answerMistakes, type Conversation, conversation, type Turn } from './advise/conversation.js'
export type { Option, PartialAnswers, Question, QuestionKey } from './advise/questions.js'
export type { Considered, Reason } from './advise/reasons.js'
export { type Team, type TeamId, teams } from './advise/teams.js'
export {
  type ComparedCell,
  type ComparedRow,
  type ComparisonTable,
  comparisonTable,
  type Measured,
  measuredOn,
  type Standing,
  type Way,
} from './comparison.js'
export { measured } from './measured.js'
export { decode, type Decoded, longestDecoded, type Piece, type ReadPart, type TokenKind } from './token/decode.js'
export { explain, type Explained, type ExplainedMember } from './token/explain.js'
export { type Finding, findingSentence, type TokenPart } from './token/finding.js'
export { type DecodedJson, decodeJson } from './json/bytes.js'
export { JsonDocument, type JsonKind } from './json/document.js'
export type { JsonFault, JsonFaultKind } from './json/fault.js'
export { finding } from './json/find.js'
export { Paths } from './json/paths.js'
export { excerptAt, type JsonExcerpt, type JsonPlace, Lines } from './json/places.js'
export { type JsonReading, longestJson, reading, readJson } from './json/read.js'
export { sorting } from './json/sort.js'
export { tokenIn, tokensIn } from './json/tokens.js'
export type { JsonWarning, JsonWarningKind } from './json/warnings.js'
export { finish, type Work } from './json/work.js'
export { type JsonIndent, prettyJson, refusalToWrite, writeJson, writing, writtenLength } from './json/write.js'
export { type BodyKind, kindOfBody, textIn } from './requests/body-kind.js'
export { type CurlReading, fromCurl } from './requests/from-curl.js'
export { masked, maskRequest, maskSecrets } from './requests/mask-secrets.js'
export type { Header, PlainRequest } from './requests/request.js'
export { toCurl } from './requests/to-curl.js'
export type { CookieArrival } from './set-cookie/arrival.js'
export { judgeSetCookie, type JudgedCookie } from './set-cookie/judge.js'
export type { Verdict } from './set-cookie/verdict.js'
export { rules, type RuleResult, type RuleTerms } from './token/rules.js'
export { checkSignature, type SignatureCheck } from './token/signature.js'
export { tellDuration, tellReceipt } from './receipt.js'
export { tellDistance, type TimePlace, type ToldTime } from './token/times.js'
export { aboutSentences, type InspectVerdict, tellRules, type ToldRule, verdictOf } from './token/verdict.js'
