package dev.rideline.standin;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import de.bwaldvogel.mongo.bson.Document;

/**
 * A batch of statements that is applied slice by slice. A commit excludes operations, so an operation of 500 statements would let all
 * others wait until its last one: single writes beside four such batches took a second. MongoDB too yields between the statements of a
 * batch, and promises nothing about the batch as a whole.
 */
final class SlicedWrite {

    private static final int SLICE_STATEMENTS = 20;
    private static final Map<String, String> STATEMENTS_OF = Map.of("insert", "documents", "update", "updates", "delete", "deletes");
    /** In the progress of a batch: the index of its first statement that was not applied. */
    private static final String NEXT = "nextStatement";

    private final Document command;
    private final String key;
    private final List<?> statements;
    private final boolean isOrdered;
    private final List<Document> upserted = new ArrayList<>();
    private final List<Document> errors = new ArrayList<>();
    private int n;
    private int modified;
    private int next;

    private SlicedWrite(Document command, String key, Document progress) {
        this.command = command;
        this.key = key;
        this.statements = (List<?>) command.get(key);
        this.isOrdered = !Boolean.FALSE.equals(command.get("ordered"));
        if (progress != null) {
            add(progress, 0);
            next = ((Number) progress.get(NEXT)).intValue();
        }
    }

    /**
     * The batch, or null when the command has too few statements to be one.
     *
     * @param progress of an earlier attempt, or null
     */
    static SlicedWrite of(String name, Document command, Document progress) {
        String key = STATEMENTS_OF.get(name.toLowerCase(Locale.ROOT));
        boolean isBatch = key != null && command.get(key) instanceof List<?> statements && statements.size() > SLICE_STATEMENTS;
        return isBatch ? new SlicedWrite(command, key, progress) : null;
    }

    static boolean isProgress(Document answer) {
        return answer.containsKey(NEXT);
    }

    boolean isDone() {
        return next >= statements.size() || isOrdered && !errors.isEmpty();
    }

    /** The command with the statements that come next. */
    Document slice() {
        return command.clone().append(key, statements.subList(next, Math.min(next + SLICE_STATEMENTS, statements.size())));
    }

    /** Adds the answer to {@link #slice}. */
    void applied(Document answer) {
        add(answer, next);
        next = Math.min(next + SLICE_STATEMENTS, statements.size());
    }

    /** The answer to the whole command once it is done; before that the progress, from which a later attempt continues. */
    Document answer() {
        Document answer = new Document("n", n);
        if (key.equals("updates")) {
            answer.append("nModified", modified);
        }
        if (!upserted.isEmpty()) {
            answer.append("upserted", List.copyOf(upserted));
        }
        if (!errors.isEmpty()) {
            answer.append("writeErrors", List.copyOf(errors));
        }
        answer.append("ok", 1.0);
        return isDone() ? answer : answer.append(NEXT, next);
    }

    private void add(Document answer, int offset) {
        n += ((Number) answer.getOrDefault("n", 0)).intValue();
        modified += ((Number) answer.getOrDefault("nModified", 0)).intValue();
        addAll(upserted, answer.get("upserted"), offset);
        addAll(errors, answer.get("writeErrors"), offset);
    }

    private static void addAll(List<Document> to, Object entries, int offset) {
        if (entries instanceof List<?> list) {
            for (Object entry : list) {
                Document copy = ((Document) entry).clone();
                copy.put("index", ((Number) copy.get("index")).intValue() + offset);
                to.add(copy);
            }
        }
    }
}
