import {
  type AccountState,
  accountStateSchema,
  type RegionId,
  type Role,
  roleSchema,
  type UserId,
} from '@rideline/contract';
import {
  defineCollection,
  mixed,
  requiredDate,
  requiredNumber,
  requiredString,
  schemaVersion,
} from '../store/collection-definition.ts';

export interface StoredUser {
  _id: UserId;
  v: 1;
  region: RegionId;
  role: Role;
  name: string;
  /** Lower-cased e-mail address or phone number: unique in its region. */
  login: string;
  /** argon2id, in PHC form. */
  passwordHash: string;
  state: AccountState;
  /** Tokens and sessions issued before are invalid. */
  notBefore?: Date;
  /** Digests of the networks of the newest sign-ins: strangers' wrong passwords do not lock these out. */
  knownNetworks?: string[];
  /** Raised by every change by the owner or an admin. */
  version: number;
  createdAt: Date;
  updatedAt: Date;
}

export const userCollection = defineCollection<StoredUser>({
  name: 'users',
  fields: {
    _id: requiredString,
    v: schemaVersion,
    region: requiredString,
    role: { ...requiredString, enum: roleSchema.options },
    name: requiredString,
    login: requiredString,
    passwordHash: requiredString,
    state: { ...requiredString, enum: accountStateSchema.options },
    notBefore: Date,
    // Not [String]: mongoose would write an empty array where it is absent.
    knownNetworks: mixed,
    version: requiredNumber,
    createdAt: requiredDate,
    updatedAt: requiredDate,
  },
  indexes: [
    {
      name: 'one_account_per_login',
      key: { region: 1, login: 1 },
      unique: true,
      // An erased account has no login.
      partialFilterExpression: { login: { $exists: true } },
    },
    { name: 'by_role', key: { region: 1, role: 1, createdAt: -1 } },
  ],
});
