import { engines } from '../stores/engines.js'
import { holdToContract } from './hold-to-contract.js'

for (const engine of engines.filter(({ engine }) => engine.startsWith('sqlite'))) holdToContract(engine)
