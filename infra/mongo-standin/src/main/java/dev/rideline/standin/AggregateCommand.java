package dev.rideline.standin;

import java.util.List;
import java.util.Set;

import de.bwaldvogel.mongo.backend.DatabaseResolver;
import de.bwaldvogel.mongo.backend.QueryResult;
import de.bwaldvogel.mongo.backend.aggregation.Aggregation;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.MongoServerError;
import de.bwaldvogel.mongo.oplog.NoopOplog;

/**
 * The command {@code aggregate}: upstream's stages, over the documents that an index finds when the pipeline starts with a filter.
 * Results are returned in batches.
 */
final class AggregateCommand {

    private static final int COMMAND_NOT_SUPPORTED = 115;
    private static final int DEFAULT_FIRST_BATCH = 101;
    /** Upstream either reads the whole source for these although they do not exist here, or silently does nothing. */
    private static final Set<String> REFUSED = Set.of("$changeStream", "$out", "$merge", "$indexStats");

    private final StandinDatabase database;

    AggregateCommand(StandinDatabase database) {
        this.database = database;
    }

    Document run(Document command, DatabaseResolver databases) {
        if (!(command.get("aggregate") instanceof String name)) {
            throw new MongoServerError(COMMAND_NOT_SUPPORTED, "CommandNotSupported",
                "the stand-in aggregates collections only");
        }
        List<Document> pipeline = Aggregation.parse(command.get("pipeline"));
        refuse(pipeline);
        StandinCollection collection = database.collection(name);
        Document filter = new Document();
        List<Document> stages = pipeline;
        if (!pipeline.isEmpty() && pipeline.get(0).get("$match") instanceof Document match) {
            filter = match;
            stages = pipeline.subList(1, pipeline.size());
        }
        Aggregation aggregation = Aggregation.fromPipeline(stages, databases, database, collection, NoopOplog.get());
        aggregation.validate(command);
        if (collection == null) {
            return answer(database.getDatabaseName() + "." + name, List.of(), 0);
        }
        // Some stages modify nested fields of their input.
        List<Document> found = aggregation.runStages(collection.find(filter).map(Document::cloneDeeply));
        QueryResult batches = collection.inBatches(found.stream(), firstBatch(command));
        return answer(collection.getFullName(), batches.collectDocuments(), batches.getCursorId());
    }

    private static void refuse(List<Document> pipeline) {
        for (Document stage : pipeline) {
            for (String name : stage.keySet()) {
                if (REFUSED.contains(name)) {
                    throw new MongoServerError(COMMAND_NOT_SUPPORTED, "CommandNotSupported",
                        "the stand-in does not do " + name);
                }
            }
        }
    }

    private static int firstBatch(Document command) {
        Object size = ((Document) command.get("cursor")).get("batchSize");
        return size instanceof Number number && number.intValue() > 0 ? number.intValue() : DEFAULT_FIRST_BATCH;
    }

    private static Document answer(String namespace, List<Document> batch, long cursorId) {
        return new Document("cursor", new Document("id", cursorId).append("ns", namespace).append("firstBatch", batch))
            .append("ok", 1.0);
    }
}
