package dev.rideline.standin;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

import de.bwaldvogel.mongo.backend.ArrayFilters;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.Utils;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.DuplicateKeyError;
import de.bwaldvogel.mongo.exception.MongoServerError;
import de.bwaldvogel.mongo.oplog.NoopOplog;
import io.netty.channel.Channel;

/**
 * The commands {@code insert}, {@code update} and {@code delete}.
 *
 * <p>Upstream's versions count every document as inserted, including refused ones, and continue after an error in an ordered batch.
 */
final class WriteCommands {

    private static final int UNKNOWN_ERROR = 8;
    private static final int FAILED_TO_PARSE = 9;

    private final StandinDatabase database;

    WriteCommands(StandinDatabase database) {
        this.database = database;
    }

    /** One statement of a batch, by its index. */
    private interface Statement {
        void run(int index, Document statement);
    }

    Document insert(Document command) {
        StandinCollection collection = database.collectionOrNew(collectionName(command, "insert"));
        int[] inserted = {0};
        List<Document> errors = eachOf(command, "documents", collection, (index, document) -> {
            collection.addDocument(document);
            inserted[0]++;
        });
        return answer(new Document("n", inserted[0]), errors);
    }

    Document update(Channel channel, Document command) {
        StandinCollection collection = database.collectionOrNew(collectionName(command, "update"));
        List<Document> upserted = new ArrayList<>();
        int[] counts = {0, 0};
        List<Document> errors = eachOf(command, "updates", collection, (index, statement) -> {
            if (!(statement.get("u") instanceof Document change)) {
                throw new MongoServerError(FAILED_TO_PARSE, "FailedToParse", "the stand-in does not support pipeline updates");
            }
            Document result = statement.containsKey("arrayFilters")
                ? updateByUpstream(channel, command, statement)
                : collection.updateDocuments((Document) statement.get("q"), change, ArrayFilters.empty(),
                    Utils.isTrue(statement.get("multi")), Utils.isTrue(statement.get("upsert")), NoopOplog.get());
            if (result.containsKey("upserted")) {
                upserted.add(new Document("index", index).append("_id", result.get("upserted")));
            }
            counts[0] += ((Number) result.get("n")).intValue();
            counts[1] += ((Number) result.get("nModified")).intValue();
        });
        Document answer = new Document("n", counts[0] + upserted.size()).append("nModified", counts[1]);
        if (!upserted.isEmpty()) {
            answer.put("upserted", upserted);
        }
        return answer(answer, errors);
    }

    /** Array filters cannot be constructed outside upstream's package, so its own command gets a batch of one. */
    private Document updateByUpstream(Channel channel, Document command, Document statement) {
        Document result = database.upstream(channel, "update", command.clone().append("updates", List.of(statement)));
        if (result.get("writeErrors") instanceof List<?> errors) {
            Document error = (Document) errors.get(0);
            int code = error.get("code") instanceof Number number ? number.intValue() : UNKNOWN_ERROR;
            throw new MongoServerError(code, (String) error.get("errmsg"));
        }
        if (result.get("upserted") instanceof Collection<?> upserted) {
            Document only = (Document) upserted.iterator().next();
            return new Document("upserted", only.get("_id")).append("n", 0).append("nModified", 0);
        }
        return result;
    }

    Document delete(Document command) {
        StandinCollection collection = database.collection(collectionName(command, "delete"));
        int[] deleted = {0};
        List<Document> errors = collection == null ? List.of() : eachOf(command, "deletes", collection, (index, statement) ->
            deleted[0] += collection.deleteDocuments((Document) statement.get("q"),
                ((Number) statement.get("limit")).intValue(), NoopOplog.get()));
        return answer(new Document("n", deleted[0]), errors);
    }

    private static String collectionName(Document command, String key) {
        String name = command.get(key).toString();
        if (name.startsWith("system.")) {
            throw new MongoServerError(73, "InvalidNamespace", "cannot write to " + name);
        }
        return name;
    }

    /** Runs the statements; an error ends an ordered batch and is recorded in an unordered one. */
    private static List<Document> eachOf(Document command, String key, StandinCollection collection, Statement action) {
        boolean isOrdered = !Boolean.FALSE.equals(command.get("ordered"));
        List<Document> errors = new ArrayList<>();
        int index = 0;
        for (Object statement : (List<?>) command.get(key)) {
            try {
                action.run(index, (Document) statement);
            } catch (RuntimeException failure) {
                errors.add(toWriteError(index, failure, collection));
                if (isOrdered) {
                    break;
                }
            }
            index++;
        }
        return errors;
    }

    private static Document toWriteError(int index, RuntimeException failure, StandinCollection collection) {
        Document error = new Document("index", index);
        if (failure instanceof MongoServerError known) {
            error.append("code", known.getCode()).append("errmsg", known.getMessageWithoutErrorCode());
        } else {
            error.append("code", UNKNOWN_ERROR).append("errmsg", String.valueOf(failure.getMessage()));
        }
        if (failure instanceof DuplicateKeyError duplicate) {
            // A client with several unique indexes needs to know which one.
            for (Index<?> candidate : collection.getIndexes()) {
                if (duplicate.getMessageWithoutErrorCode().contains(" index: " + candidate.getName() + " dup key")) {
                    error.put("keyPattern", candidate.toIndexDescription().get("key"));
                }
            }
        }
        return error;
    }

    private static Document answer(Document answer, List<Document> errors) {
        if (!errors.isEmpty()) {
            answer.put("writeErrors", errors);
        }
        answer.put("ok", 1.0);
        return answer;
    }
}
