package dev.rideline.standin;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.IndexNotFoundException;
import de.bwaldvogel.mongo.exception.MongoServerError;

/**
 * The commands {@code createIndexes}, {@code dropIndexes} and {@code listIndexes}.
 *
 * <p>Upstream's drop removes the indexes of that name from every collection of the database, and its create ignores all options
 * except unique and sparse.
 */
final class IndexCommands {

    private static final int NAMESPACE_NOT_FOUND = 26;
    private static final int INVALID_OPTIONS = 72;
    private static final int INDEX_OPTIONS_CONFLICT = 85;
    private static final int INDEX_KEY_SPECS_CONFLICT = 86;

    private static final Set<String> PRIMARY_KEY_FIELDS = Set.of("_id");
    private static final Document PRIMARY_KEY =
        new Document("v", 2).append("key", new Document("_id", 1)).append("name", PrimaryKeyIndex.NAME);

    private final StandinDatabase database;

    IndexCommands(StandinDatabase database) {
        this.database = database;
    }

    Document create(Document command) {
        String name = (String) command.get("createIndexes");
        boolean isNew = database.collection(name) == null;
        List<IndexDefinition> requested = ((List<?>) command.get("indexes")).stream()
            .map(sent -> IndexDefinition.parse((Document) sent)).toList();
        StandinCollection collection = database.collectionOrNew(name);
        synchronized (database) { // Two processes may start at once and create the same indexes.
            int before = collection.getNumIndexes();
            // All conflicts first, so that no index is created when one of them cannot be.
            List<IndexDefinition> missing = requested.stream().filter(definition -> isMissing(collection, definition)).toList();
            missing.forEach(definition -> database.addIndex(name, definition));
            return ok(new Document("numIndexesBefore", before).append("numIndexesAfter", collection.getNumIndexes())
                .append("createdCollectionAutomatically", isNew));
        }
    }

    private static boolean isMissing(StandinCollection collection, IndexDefinition requested) {
        if (requested.key().keySet().equals(PRIMARY_KEY_FIELDS)) {
            return false;
        }
        for (IndexDefinition existing : definitions(collection)) {
            boolean sameName = existing.name().equals(requested.name());
            boolean sameKey = existing.hasSameKey(requested);
            boolean sameOptions = existing.hasSameOptions(requested);
            if (sameName && sameKey && sameOptions) {
                return false;
            }
            if (sameName) {
                throw new MongoServerError(INDEX_KEY_SPECS_CONFLICT, "IndexKeySpecsConflict",
                    "An existing index has the same name as the requested index but differs: " + requested.name());
            }
            if (sameKey && Objects.equals(existing.partialFilter(), requested.partialFilter())) {
                throw new MongoServerError(INDEX_OPTIONS_CONFLICT, "IndexOptionsConflict",
                    "Index already exists with a different name: " + existing.name());
            }
        }
        return true;
    }

    Document drop(Document command) {
        StandinCollection collection = existing(command, "dropIndexes");
        int before = collection.getNumIndexes();
        Object which = command.get("index");
        if ("*".equals(which)) {
            definitions(collection).forEach(definition -> database.removeIndex(collection, definition.name()));
        } else if (which instanceof List<?> names) {
            names.forEach(name -> database.removeIndex(collection, droppable(collection, name)));
        } else {
            database.removeIndex(collection, droppable(collection, which));
        }
        return ok(new Document("nIndexesWas", before));
    }

    private static String droppable(StandinCollection collection, Object which) {
        if (PrimaryKeyIndex.NAME.equals(which)) {
            throw new MongoServerError(INVALID_OPTIONS, "InvalidOptions", "cannot drop _id index");
        }
        Optional<IndexDefinition> found = definitions(collection).stream()
            .filter(definition -> which instanceof Document key
                ? definition.hasSameKey(new IndexDefinition("", key, key))
                : definition.name().equals(which))
            .findFirst();
        return found.orElseThrow(() -> new IndexNotFoundException("index not found with name [" + which + "]")).name();
    }

    Document list(Document command) {
        StandinCollection collection = existing(command, "listIndexes");
        List<Document> descriptions = new ArrayList<>(List.of(PRIMARY_KEY));
        definitions(collection).forEach(definition -> descriptions.add(definition.description()));
        return ok(new Document("cursor", new Document("id", 0L)
            .append("ns", collection.getFullName()).append("firstBatch", descriptions)));
    }

    private StandinCollection existing(Document command, String key) {
        StandinCollection collection = database.collection(command.get(key).toString());
        if (collection == null) {
            throw new MongoServerError(NAMESPACE_NOT_FOUND, "NamespaceNotFound",
                "ns does not exist: " + database.getDatabaseName() + "." + command.get(key));
        }
        return collection;
    }

    private static List<IndexDefinition> definitions(StandinCollection collection) {
        synchronized (collection) {
            return collection.getIndexes().stream().filter(OrderedIndex.class::isInstance)
                .map(index -> ((OrderedIndex) index).definition()).toList();
        }
    }

    private static Document ok(Document answer) {
        return answer.append("ok", 1.0);
    }
}
