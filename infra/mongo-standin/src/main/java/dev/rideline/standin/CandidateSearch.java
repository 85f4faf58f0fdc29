package dev.rideline.standin;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.ValueComparator;
import de.bwaldvogel.mongo.bson.Document;

/**
 * Selects the documents that a filter could match, so that not all have to be read. Every candidate is then matched against the
 * whole filter: a candidate too many costs time, one too few would be a wrong result. Conditions of doubtful use are therefore ignored.
 */
final class CandidateSearch {

    private static final Set<String> LOWER = Set.of("$gt", "$gte");
    private static final Set<String> UPPER = Set.of("$lt", "$lte");

    /** The condition of a filter on one field, as far as an index can use it. */
    private record Condition(Object equal, Object from, Object to) {
        boolean isUsable() {
            return equal != null || from != null || to != null;
        }
    }

    /** Both ends are included; null is an open end. */
    record IdRange(Object from, Object to) {
        boolean reaches(Object id) {
            return to == null || ValueComparator.ascWithoutListHandling().compare(id, to) <= 0;
        }
    }

    private record Plan(OrderedIndex index, List<Object> prefix, Object from, Object to) {
        int rank() {
            return 4 * prefix.size() + (from != null ? 1 : 0) + (to != null ? 1 : 0);
        }
    }

    private CandidateSearch() {
    }

    /** Positions by {@code _id}, or null when the filter does not name single ids. */
    static Collection<Object> byId(Document filter) {
        Object id = filter.get("_id");
        if (id instanceof Document operators && operators.keySet().stream().anyMatch(key -> key.startsWith("$"))) {
            if (operators.get("$eq") != null) {
                return scalarId(operators.get("$eq"));
            }
            return operators.get("$in") instanceof Collection<?> ids ? scalarIds(ids) : null;
        }
        return scalarId(id);
    }

    private static Collection<Object> scalarId(Object id) {
        return Values.isScalar(id) || id instanceof Document ? List.of(Values.normalized(id)) : null;
    }

    private static Collection<Object> scalarIds(Collection<?> ids) {
        Set<Object> positions = new LinkedHashSet<>();
        for (Object id : ids) {
            if (!Values.isScalar(id)) {
                return null;
            }
            positions.add(Values.normalized(id));
        }
        return positions;
    }

    /** The range of {@code _id} in the filter; without ends when it has none. */
    static IdRange idRange(Document filter) {
        Condition condition = condition(filter.get("_id"));
        return new IdRange(condition.from(), condition.to());
    }

    /** Positions by the most selective index, or null when none can serve the filter. */
    static Collection<Object> byIndex(Document filter, List<Index<Object>> indexes) {
        Plan best = null;
        for (Index<Object> index : indexes) {
            if (index instanceof OrderedIndex ordered) {
                Plan plan = plan(filter, ordered);
                if (plan.rank() > (best == null ? 0 : best.rank())) {
                    best = plan;
                }
            }
        }
        if (best == null) {
            return null;
        }
        List<Object> positions = best.index().positions(best.prefix(), best.from(), best.to());
        return best.index().isMultikey() ? new LinkedHashSet<>(positions) : positions;
    }

    private static Plan plan(Document filter, OrderedIndex index) {
        List<Object> prefix = new ArrayList<>();
        if (!impliesPartialFilter(filter, index.definition().partialFilter())) {
            return new Plan(index, prefix, null, null);
        }
        for (String field : index.definition().key().keySet()) {
            Condition condition = condition(filter.get(field));
            if (condition.equal() == null) {
                // Different elements of an array may meet the two bounds, so only one of them can be used.
                Object to = index.isMultikey() && condition.from() != null ? null : condition.to();
                boolean isSecondOfMultikey = index.isMultikey() && !prefix.isEmpty();
                return isSecondOfMultikey
                    ? new Plan(index, prefix, null, null)
                    : new Plan(index, prefix, condition.from(), to);
            }
            prefix.add(condition.equal());
            if (index.isMultikey()) {
                break;
            }
        }
        return new Plan(index, prefix, null, null);
    }

    /** Whether the index contains every document that the filter matches. */
    private static boolean impliesPartialFilter(Document filter, Document partial) {
        if (partial == null) {
            return true;
        }
        return partial.entrySet().stream().allMatch(term -> {
            Condition asked = condition(filter.get(term.getKey()));
            if (term.getValue() instanceof Document operators) {
                return operators.keySet().equals(Set.of("$exists")) && Boolean.TRUE.equals(operators.get("$exists"))
                    && asked.isUsable();
            }
            return Values.isScalar(term.getValue()) && Values.normalized(term.getValue()).equals(asked.equal());
        });
    }

    private static Condition condition(Object asked) {
        if (Values.isScalar(asked)) {
            return new Condition(Values.normalized(asked), null, null);
        }
        Object equal = null;
        Object from = null;
        Object to = null;
        if (asked instanceof Document operators) {
            for (var term : operators.entrySet()) {
                if (!Values.isScalar(term.getValue())) {
                    continue;
                }
                Object value = Values.normalized(term.getValue());
                if (term.getKey().equals("$eq")) {
                    equal = value;
                } else if (LOWER.contains(term.getKey())) {
                    from = value;
                } else if (UPPER.contains(term.getKey())) {
                    to = value;
                }
            }
        }
        return new Condition(equal, equal == null ? from : null, equal == null ? to : null);
    }
}
