import { LIMITS } from '@rideline/contract';
import { expect, test } from 'vitest';
import { RefusalBudget } from './refusal-budget.ts';

const spendAll = (budget: RefusalBudget, network: string, nowMs: number) => {
  for (let count = 0; count < LIMITS.refusedHandshakesPerAddress; count++) budget.spend(network, nowMs);
};

test('SEC-19: a network has 20 refusals a minute; another network and the next minute have their own', () => {
  const budget = new RefusalBudget();
  for (let count = 1; count <= 20; count++) {
    expect(budget.isSpent('a', 1000)).toBe(false);
    budget.spend('a', 1000);
  }
  expect(budget.isSpent('a', 60_999)).toBe(true);
  expect(budget.isSpent('b', 60_999)).toBe(false);
  expect(budget.isSpent('a', 61_000)).toBe(false);
  expect(budget.size).toBe(0);
});

test('SEC-19: the networks in memory are bounded; those that are refused now stay', () => {
  const budget = new RefusalBudget(100);
  spendAll(budget, 'flooding', 0);
  for (let other = 0; other < 10_000; other++) {
    budget.spend(`other-${other}`, 0);
    if (other % 50 === 0) budget.spend('flooding', 0);
  }
  expect(budget.size).toBe(100);
  expect(budget.isSpent('flooding', 0)).toBe(true);
});

test('SEC-19: a minute lasts no longer when the wall clock is set back', () => {
  const budget = new RefusalBudget();
  spendAll(budget, 'a', 10_000_000);
  expect(budget.isSpent('a', 10_000_000)).toBe(true);
  expect(budget.isSpent('a', 1_000_000)).toBe(false);
});
