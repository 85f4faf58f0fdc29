// Written by `node tests/write-reference-documents.ts` from the declared routes, by openapi-typescript; a test compares the two.
// What openapi-fetch needs to know of every address: parameters, body and answers.

export interface paths {
    "/.well-known/jwks.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The public keys that verify access tokens, each with its end date
         * @description The public keys that verify access tokens, each with its end date.
         *
         *     No token is needed.
         *
         *     Counts against the budget `standard`; shed under overload.
         */
        get: operations["getTokenKeys"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Degraded servers, and missing processes of the region, each with its reason
         * @description Degraded servers, and missing processes of the region, each with its reason.
         *
         *     No token is needed.
         *
         *     Not counted against a request limit.
         */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The process runs and its event loop responds
         * @description The process runs and its event loop responds.
         *
         *     No token is needed.
         *
         *     Not counted against a request limit.
         */
        get: operations["getLiveness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The process accepts requests
         * @description The process accepts requests: listening, not draining, event loop not lagging; 503 otherwise.
         *
         *     No token is needed.
         *
         *     Not counted against a request limit.
         */
        get: operations["getReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Registers a rider or a driver and signs in
         * @description Registers a rider or a driver and signs in. The login is an e-mail address or a phone number, unique in a region.
         *
         *     No token is needed.
         *
         *     Counts against the budgets of sign-in; shed under overload.
         *
         *     Takes an `Idempotency-Key`.
         */
        post: operations["createAccount"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Audit log entries (actor, action, target, reason), newest first
         * @description Audit log entries (actor, action, target, reason), newest first; filtered by actor, target, action or time.
         *
         *     For tokens of the role `admin`.
         *
         *     Counts against the budget `standard`; shed under overload.
         */
        get: operations["listAuditEntries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/board-session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Opens the queue board for 15 minutes
         * @description Opens the queue board for 15 minutes: the answer sets a cookie limited to the board's path.
         *
         *     For tokens of the role `admin`.
         *
         *     Counts against the budget `standard`; shed under overload.
         */
        post: operations["openBoardSession"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/caches": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Reads through each cache of the answering node, and the share that did not need MongoDB
         * @description Reads through each cache of the answering node, and the share that did not need MongoDB.
         *
         *     For tokens of the role `operator`, `admin`.
         *
         *     Counts against the budget `standard`; shed under overload.
         */
        get: operations["listCaches"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/catalogue/{tier}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Opens or closes a tier, if the catalogue is still at the given version
         * @description Opens or closes a tier, if the catalogue is still at the given version.
         *
         *     For tokens of the role `admin`.
         *
         *     Counts against the budget `standard`; shed under overload.
         */
        put: operations["setCatalogueTier"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/drivers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Drivers with an account, newest first, each with their entry in the live index
         * @description Drivers with an account, newest first, each with their entry in the live index.
         *
         *     For tokens of the role `operator`, `admin`.
         *
         *     Counts against the budget `standard`; shed under overload.
         */
        get: operations["listDrivers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/erasures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Erasures of persons, newest first
         * @description Erasures of persons, newest first.
         *
         *     For tokens of the role `admin`.
         *
         *     Counts against the budget `standard`; shed under overload.
         */
        get: operations["listErasures"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/erasures/{erasureId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The report of an erasure
         * @description The report of an erasure: its steps, and the search for the id in every store.
         *
         *     For tokens of the role `admin`.
         *
         *     Counts against the budget `standard`; shed under overload.
         */
        get: operations["getErasure"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/finance.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Trips with their fares, as CSV
         * @description Trips with their fares, as CSV. Completed trips, and rides that their riders ended because the driver was silent, in [`from`, `to`), times or days of the region; fares are in minor units. Streamed.
         *
         *     For tokens of the role `admin`.
         *
         *     Counts against the budget `standard`; shed under overload.
         */
        get: operations["exportFinance"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/limits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Every request limit in force, and the callers over it now
         * @description Every request limit in force, and the callers over it now.
         *
         *     For tokens of the role `operator`, `admin`.
         *
         *     Counts against the budget `standard`; shed under overload.
         */
        get: operations["listRequestLimits"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/people/{userId}/erasure": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Requests the erasure of a person from every store
         * @description Requests the erasure of a person from every store. Answers at once; the report has the progress and the proof.
         *
         *     For tokens of the role `admin`.
         *
         *     Counts against the budget `standard`; shed under overload.
         *
         *     Takes an `Idempotency-Key`.
         */
        post: operations["erasePerson"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/people/{userId}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * All stored data of a person, streamed as JSON lines
         * @description All stored data of a person, streamed as JSON lines; the last line is `end`. An export that broke off continues with the `after` of its last `cursor` line.
         *
         *     For tokens of the role `admin`.
         *
         *     Counts against the budget `standard`; shed under overload.
         */
        post: operations["exportPerson"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/promotions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Adds a promotion under a unique code
         * @description Adds a promotion under a unique code. Repeats change nothing.
         *
         *     For tokens of the role `admin`.
         *
         *     Counts against the budget `standard`; shed under overload.
         *
         *     Takes an `Idempotency-Key`.
         */
        post: operations["createPromotion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/promotions/{code}/end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ends a promotion
         * @description Ends a promotion. A promotion that does not exist counts as ended.
         *
         *     For tokens of the role `admin`.
         *
         *     Counts against the budget `standard`; shed under overload.
         */
        post: operations["endPromotion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/regions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The settings of the region that this server serves
         * @description The settings of the region that this server serves: retention, currency, time zone, locale.
         *
         *     For tokens of the role `operator`, `admin`.
         *
         *     Counts against the budget `standard`; shed under overload.
         */
        get: operations["listRegions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/regions/{region}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Changes the settings of the region
         * @description Changes the settings of the region. In force on every node after 30 s, the currency at once. A changed retention is then applied to stored data by a background job; retentionChange has its progress. Repeating the change that is in force succeeds.
         *
         *     For tokens of the role `admin`.
         *
         *     Counts against the budget `standard`; shed under overload.
         */
        put: operations["setRegion"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/revocations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Revocations of tokens, newest first
         * @description Revocations of tokens, newest first; each is removed when the last token that it covers has expired.
         *
         *     For tokens of the role `admin`.
         *
         *     Counts against the budget `standard`; shed under overload.
         */
        get: operations["listRevocations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/riders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Riders with an account, newest first
         * @description Riders with an account, newest first.
         *
         *     For tokens of the role `admin`.
         *
         *     Counts against the budget `standard`; shed under overload.
         */
        get: operations["listRiders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/asyncapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The AsyncAPI description of every Socket.IO event
         * @description The AsyncAPI description of every Socket.IO event.
         *
         *     No token is needed.
         *
         *     Counts against the budget `standard`; shed under overload.
         */
        get: operations["getAsyncApi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/bucket-events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Event notifications of the bucket for arrived objects, beside `complete`
         * @description Event notifications of the bucket for arrived objects, beside `complete`: the same check, the same write. Authorization: Bearer with the shared secret.
         *
         *     No token is needed.
         *
         *     Not counted against a request limit.
         */
        post: operations["takeBucketEvents"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/catalogue": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The services of this region
         * @description The services of this region: tiers, their tariffs, and whether they are open.
         *
         *     For tokens of the role `rider`, `driver`, `operator`, `admin`.
         *
         *     Counts against the budget `standard`; shed under overload.
         */
        get: operations["getCatalogue"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Dead letters, which could not be processed
         * @description Dead letters, which could not be processed: counts by source and cause.
         *
         *     For tokens of the role `operator`, `admin`.
         *
         *     Counts against the budget `standard`; shed under overload.
         */
        get: operations["listDeadLetterSources"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dead-letters/{source}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Dead letters of one source, oldest first, without their content
         * @description Dead letters of one source, oldest first, without their content.
         *
         *     For tokens of the role `operator`, `admin`.
         *
         *     Counts against the budget `standard`; shed under overload.
         */
        get: operations["listDeadLetters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dead-letters/{source}/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replays one dead letter
         * @description Replays one dead letter. Repeats have no second effect; unreadable dead letters are refused.
         *
         *     For tokens of the role `operator`, `admin`.
         *
         *     Counts against the budget `standard`; shed under overload.
         */
        post: operations["replayDeadLetter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dead-letters/{source}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replays a batch, oldest first
         * @description Replays a batch, oldest first. Unreadable dead letters stay, and `next` continues after them.
         *
         *     For tokens of the role `operator`, `admin`.
         *
         *     Counts against the budget `standard`; shed under overload.
         */
        post: operations["replayDeadLetters"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dev/trips": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Opens a trip with its driver already assigned (development only)
         * @description Opens a trip with its driver already assigned (development only). Repeats answer the same trip.
         *
         *     For tokens of the role `operator`, `admin`.
         *
         *     Counts against the budget `standard`; shed under overload.
         *
         *     Takes an `Idempotency-Key`.
         */
        post: operations["importTrip"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dev/trips/{tripId}/close": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ends an imported trip (development only)
         * @description Ends an imported trip (development only). Repeats answer the ended trip.
         *
         *     For tokens of the role `operator`, `admin`.
         *
         *     Counts against the budget `standard`; shed under overload.
         */
        post: operations["closeImportedTrip"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/devices/{deviceId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Registers the push token of the caller's phone
         * @description Registers the push token of the caller's phone. A token registered by another user moves to the caller.
         *
         *     For tokens of the role `rider`, `driver`.
         *
         *     Counts against the budget `standard`; shed under overload.
         */
        put: operations["registerDevice"];
        post?: never;
        /**
         * Removes the caller's phone, at sign-out
         * @description Removes the caller's phone, at sign-out. Repeats change nothing.
         *
         *     For tokens of the role `rider`, `driver`.
         *
         *     Counts against the budget `standard`; shed under overload.
         */
        delete: operations["removeDevice"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/document-reviews": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Documents that wait for review, oldest first
         * @description Documents that wait for review, oldest first.
         *
         *     For tokens of the role `operator`, `admin`.
         *
         *     Counts against the budget `standard`; shed under overload.
         */
        get: operations["listDocumentReviews"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/document-reviews/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Up to 100 decisions, applied one after the other
         * @description Up to 100 decisions, applied one after the other: one result per decision, in the given order.
         *
         *     For tokens of the role `operator`, `admin`.
         *
         *     Counts against the budget `standard`; shed under overload.
         */
        post: operations["reviewDocuments"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/documents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Documents, newest first, in pages
         * @description Documents, newest first, in pages. Drivers and riders see their own only.
         *
         *     For tokens of the role `driver`, `rider`, `operator`, `admin`.
         *
         *     Counts against the budget `standard`; shed under overload.
         */
        get: operations["listDocuments"];
        put?: never;
        /**
         * Issues a form to upload one file of exactly this size, type and SHA-256
         * @description Issues a form to upload one file of exactly this size, type and SHA-256. Post its fields, then the file.
         *
         *     For tokens of the role `driver`, `rider`.
         *
         *     Counts against the budget `upload`; shed under overload.
         *
         *     Takes an `Idempotency-Key`.
         */
        post: operations["requestDocument"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/documents/{documentId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One document, for its owner and operators
         * @description One document, for its owner and operators. After its check it has URLs of the cleaned copy that are valid for five minutes.
         *
         *     For tokens of the role `driver`, `rider`, `operator`, `admin`.
         *
         *     Counts against the budget `standard`; shed under overload.
         */
        get: operations["getDocument"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/documents/{documentId}/complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Reports that the file was uploaded
         * @description Reports that the file was uploaded. The server checks the object, registers it and queues its processing. Repeats have no second effect.
         *
         *     For tokens of the role `driver`, `rider`.
         *
         *     Counts against the budget `upload`; shed under overload.
         */
        post: operations["completeDocument"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/documents/{documentId}/review": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Approves or rejects a document at the reviewed version
         * @description Approves or rejects a document at the reviewed version; a later decision replaces it. The audit log has every decision.
         *
         *     For tokens of the role `operator`, `admin`.
         *
         *     Counts against the budget `standard`; shed under overload.
         */
        post: operations["reviewDocument"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/documents/copies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Up to 20 documents by id, each with its status and the objects stored of its clean copy
         * @description Up to 20 documents by id, each with its status and the objects stored of its clean copy: one result per id, in the order requested.
         *
         *     For tokens of the role `operator`, `admin`.
         *
         *     Counts against the budget `standard`; shed under overload.
         */
        post: operations["listDocumentCopies"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/drivers/{driverId}/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How well a driver was tracked in a window of at most a day
         * @description How well a driver was tracked in a window of at most a day: the tracking rate, every outage with its reason, and the phone's newest report.
         *
         *     For tokens of the role `operator`, `admin`, `driver`.
         *
         *     Counts against the budget `standard`; shed under overload.
         */
        get: operations["getDriverHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/drivers/{driverId}/ledger": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The outcome of every fix of a driver, by app start
         * @description The outcome of every fix of a driver, by app start: stored, refused by reason, missing. The newest app starts are on the first page.
         *
         *     For tokens of the role `operator`, `admin`, `driver`.
         *
         *     Counts against the budget `standard`; shed under overload.
         */
        get: operations["getDriverLedger"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/drivers/{driverId}/track": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Fixes of a driver in [`from`, `to`), in time order
         * @description Fixes of a driver in [`from`, `to`), in time order; the Link header has the next page.
         *
         *     For tokens of the role `operator`, `admin`, `driver`.
         *
         *     Counts against the budget `standard`; shed under overload.
         */
        get: operations["getDriverTrack"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/drivers/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Up to 100 drivers by id
         * @description Up to 100 drivers by id: one result per id, in the order requested.
         *
         *     For tokens of the role `operator`, `admin`.
         *
         *     Counts against the budget `standard`; shed under overload.
         */
        post: operations["getDrivers"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/drivers/me/fixes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The batch of `location:update` over HTTP, for phones whose network blocks WebSockets, or an upload of react-native-background-geolocation
         * @description The batch of `location:update` over HTTP, for phones whose network blocks WebSockets, or an upload of react-native-background-geolocation. Answers after the append.
         *
         *     For tokens of the role `driver`.
         *
         *     Counts against the budget `critical`; shed last under overload.
         */
        post: operations["uploadFixes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/drivers/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The drivers of one status nearest to a point, with a fix within the freshness window
         * @description The drivers of one status nearest to a point, with a fix within the freshness window; the answer may be a few seconds old. Riders see rounded positions. For display only: matching runs its own search.
         *
         *     For tokens of the role `operator`, `admin`, `rider`.
         *
         *     Counts against the budget `critical`; shed last under overload.
         */
        get: operations["searchDrivers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/errors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The closed list of error codes
         * @description The closed list of error codes: status, retry advice, text.
         *
         *     No token is needed.
         *
         *     Counts against the budget `standard`; shed under overload.
         */
        get: operations["listErrorCodes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/fares": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The estimated fare of a trip in the region's currency, with the best current promotion
         * @description The estimated fare of a trip in the region's currency, with the best current promotion. A closed tier is CONFLICT.
         *
         *     For tokens of the role `rider`, `driver`, `operator`, `admin`.
         *
         *     Counts against the budget `standard`; shed under overload.
         */
        get: operations["estimateFare"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/home": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a rider's app shows first
         * @description What a rider's app shows first: open tiers, current promotions, preferences, the open trip and, with a place, cars near by as counts and the expected wait.
         *
         *     For tokens of the role `rider`.
         *
         *     Counts against the budget `critical`; shed last under overload.
         */
        get: operations["getHome"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Jobs of one queue by status, newest first
         * @description Jobs of one queue by status, newest first. Jobs may change status between pages, so a page may repeat one.
         *
         *     For tokens of the role `admin`, `operator`.
         *
         *     Counts against the budget `standard`; shed under overload.
         */
        get: operations["listJobs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{jobId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The status of a job, for the owner of its document and for operators
         * @description The status of a job, for the owner of its document and for operators.
         *
         *     For tokens of the role `driver`, `rider`, `operator`, `admin`.
         *
         *     Counts against the budget `standard`; shed under overload.
         */
        get: operations["getJob"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The caller's account
         * @description The caller's account.
         *
         *     For tokens of the role `rider`, `driver`, `operator`, `admin`.
         *
         *     Counts against the budget `standard`; shed under overload.
         */
        get: operations["getMe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Changes the caller's name, or a driver's vehicle, if the account is still at the given version
         * @description Changes the caller's name, or a driver's vehicle, if the account is still at the given version.
         *
         *     For tokens of the role `rider`, `driver`, `operator`, `admin`.
         *
         *     Counts against the budget `standard`; shed under overload.
         */
        patch: operations["updateMe"];
        trace?: never;
    };
    "/v1/me/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Changes the password
         * @description Changes the password. Every session of the caller ends; the answer starts a new one.
         *
         *     For tokens of the role `rider`, `driver`, `operator`, `admin`.
         *
         *     Counts against the budgets of sign-in; shed under overload.
         */
        post: operations["changePassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/preferences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The preferences of the caller
         * @description The preferences of the caller; version 0 while nothing was set.
         *
         *     For tokens of the role `rider`, `driver`, `operator`, `admin`.
         *
         *     Counts against the budget `standard`; shed under overload.
         */
        get: operations["getPreferences"];
        /**
         * Sets the preferences of the caller, if they are still at the given version
         * @description Sets the preferences of the caller, if they are still at the given version.
         *
         *     For tokens of the role `rider`, `driver`, `operator`, `admin`.
         *
         *     Counts against the budget `standard`; shed under overload.
         */
        put: operations["setPreferences"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/notifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Notifications of the caller, newest first, in pages
         * @description Notifications of the caller, newest first, in pages.
         *
         *     For tokens of the role `rider`, `driver`.
         *
         *     Counts against the budget `standard`; shed under overload.
         */
        get: operations["listNotifications"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/notifications/{notificationId}/ack": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Acknowledges a notification
         * @description Acknowledges a notification: it is not sent again. Repeats change nothing.
         *
         *     For tokens of the role `rider`, `driver`.
         *
         *     Counts against the budget `standard`; shed under overload.
         */
        post: operations["acknowledgeNotification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/offers/{offerId}/answer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A driver's answer to an offer
         * @description A driver's answer to an offer; equivalent to the socket event `offer:answer`.
         *
         *     For tokens of the role `driver`.
         *
         *     Counts against the budget `critical`; shed last under overload.
         */
        post: operations["answerOffer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * This OpenAPI description of every route
         * @description This OpenAPI description of every route.
         *
         *     No token is needed.
         *
         *     Counts against the budget `standard`; shed under overload.
         */
        get: operations["getOpenApi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/promotions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Current and future promotions
         * @description Current and future promotions.
         *
         *     For tokens of the role `rider`, `driver`, `operator`, `admin`.
         *
         *     Counts against the budget `standard`; shed under overload.
         */
        get: operations["listPromotions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/shares/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Exchanges the secret of a share link for a token that follows its trip
         * @description Exchanges the secret of a share link for a token that follows its trip. It is good for 15 minutes at most, in the namespace `/rider`, and for nothing else.
         *
         *     No token is needed.
         *
         *     Counts against the budget `standard`; shed under overload.
         */
        post: operations["openShareSession"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sign-in": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Starts a session
         * @description Starts a session: an access token for 15 minutes and a refresh token. For accounts of all roles.
         *
         *     No token is needed.
         *
         *     Counts against the budgets of sign-in; shed under overload.
         */
        post: operations["signIn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sign-out": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ends the session of a refresh token, its access tokens and its sockets
         * @description Ends the session of a refresh token, its access tokens and its sockets. Repeats change nothing.
         *
         *     No token is needed.
         *
         *     Not counted against a request limit.
         */
        post: operations["signOut"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sign-out-everywhere": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ends all sessions, tokens and sockets of the caller, on every node
         * @description Ends all sessions, tokens and sockets of the caller, on every node.
         *
         *     For tokens of the role `rider`, `driver`, `operator`, `admin`.
         *
         *     Counts against the budget `standard`; shed under overload.
         */
        post: operations["signOutEverywhere"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/time": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The server's domain clock, for phones that report over HTTP
         * @description The server's domain clock, for phones that report over HTTP.
         *
         *     No token is needed.
         *
         *     Counts against the budget `standard`; shed under overload.
         */
        get: operations["getTime"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Issues the next access token and refresh token of a session
         * @description Issues the next access token and refresh token of a session. A refresh token works once; reuse ends its session, except one repeat within 10 s after a lost answer.
         *
         *     No token is needed.
         *
         *     Not counted against a request limit.
         */
        post: operations["refreshToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/trips": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Trips, newest first, in pages
         * @description Trips, newest first, in pages. Riders and drivers see their own only.
         *
         *     For tokens of the role `rider`, `driver`, `operator`, `admin`.
         *
         *     Counts against the budget `standard`; shed under overload.
         */
        get: operations["listTrips"];
        put?: never;
        /**
         * Requests a trip
         * @description Requests a trip. The client chooses its id: a repeat answers the same trip with 200. Answers at once as `searching` or `scheduled`.
         *
         *     For tokens of the role `rider`, `operator`, `admin`.
         *
         *     Counts against the budget `critical`; shed last under overload.
         *
         *     Takes an `Idempotency-Key`.
         */
        post: operations["requestTrip"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/trips/{tripId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One trip, for its rider, its driver and operators
         * @description One trip, for its rider, its driver and operators.
         *
         *     For tokens of the role `rider`, `driver`, `operator`, `admin`.
         *
         *     Counts against the budget `critical`; shed last under overload.
         */
        get: operations["getTrip"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/trips/{tripId}/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Operator actions on a trip, newest first
         * @description Operator actions on a trip, newest first.
         *
         *     For tokens of the role `operator`, `admin`.
         *
         *     Counts against the budget `critical`; shed last under overload.
         */
        get: operations["listTripAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/trips/{tripId}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancels a trip, as its rider or as an operator
         * @description Cancels a trip, as its rider or as an operator; operators must give a reason.
         *
         *     For tokens of the role `rider`, `operator`, `admin`.
         *
         *     Counts against the budget `critical`; shed last under overload.
         */
        post: operations["cancelTrip"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/trips/{tripId}/candidates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The candidates of a trip
         * @description The candidates of a trip: every driver considered, each with one reason why they were or were not chosen.
         *
         *     For tokens of the role `operator`, `admin`.
         *
         *     Counts against the budget `critical`; shed last under overload.
         */
        get: operations["listTripCandidates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/trips/{tripId}/commands": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A command of a driver on their trip
         * @description A command of a driver on their trip; equivalent to the socket event `trip:command`.
         *
         *     For tokens of the role `driver`.
         *
         *     Counts against the budget `critical`; shed last under overload.
         */
        post: operations["sendTripCommand"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/trips/{tripId}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The events of a trip, oldest first
         * @description The events of a trip, oldest first.
         *
         *     For tokens of the role `rider`, `driver`, `operator`, `admin`.
         *
         *     Counts against the budget `critical`; shed last under overload.
         */
        get: operations["listTripEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/trips/{tripId}/fare-review": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Marks the fare of a ride that ended without its driver (`attention
         * @description Marks the fare of a ride that ended without its driver (`attention: fare_review`) as reviewed, if the trip is still at the given version.
         *
         *     For tokens of the role `operator`, `admin`.
         *
         *     Counts against the budget `critical`; shed last under overload.
         */
        post: operations["reviewTripFare"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/trips/{tripId}/reassign": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Removes the driver from a trip that has not started
         * @description Removes the driver from a trip that has not started; the search starts again without this driver.
         *
         *     For tokens of the role `operator`, `admin`.
         *
         *     Counts against the budget `critical`; shed last under overload.
         */
        post: operations["reassignTrip"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/trips/{tripId}/shares": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The share links of a trip that work, newest first, and how many follow through each now
         * @description The share links of a trip that work, newest first, and how many follow through each now.
         *
         *     For tokens of the role `rider`, `operator`, `admin`.
         *
         *     Counts against the budget `critical`; shed last under overload.
         */
        get: operations["listTripShares"];
        put?: never;
        /**
         * Makes a link with which somebody without an account follows this trip until it ends
         * @description Makes a link with which somebody without an account follows this trip until it ends. The answer has the link; it cannot be read again.
         *
         *     For tokens of the role `rider`.
         *
         *     Counts against the budget `critical`; shed last under overload.
         *
         *     Takes an `Idempotency-Key`.
         */
        post: operations["createTripShare"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/trips/{tripId}/shares/{shareId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revokes a share link
         * @description Revokes a share link: it opens no more, and open pages are closed within a second. Repeats change nothing.
         *
         *     For tokens of the role `rider`, `operator`, `admin`.
         *
         *     Counts against the budget `critical`; shed last under overload.
         */
        delete: operations["revokeTripShare"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/trips/{tripId}/watchers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who follows a trip now
         * @description Who follows a trip now: its rider, and the holders of its share links. Its driver sees how many, and not through which link.
         *
         *     For tokens of the role `rider`, `driver`, `operator`, `admin`.
         *
         *     Counts against the budget `critical`; shed last under overload.
         */
        get: operations["listTripWatchers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/trips/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Up to 100 trips by id
         * @description Up to 100 trips by id: one result per id, in the order requested. Riders and drivers find their own trips only.
         *
         *     For tokens of the role `rider`, `driver`, `operator`, `admin`.
         *
         *     Counts against the budget `standard`; shed under overload.
         */
        post: operations["getTrips"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/trips/histories": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Up to 50 trips by id, each with its events and the commands that took effect
         * @description Up to 50 trips by id, each with its events and the commands that took effect: one result per id, in the order requested.
         *
         *     For tokens of the role `operator`, `admin`.
         *
         *     Counts against the budget `standard`; shed under overload.
         */
        post: operations["listTripHistories"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Creates an operator, admin or driver account
         * @description Creates an operator, admin or driver account; a reason is required. Logins are unique: a repeat is CONFLICT.
         *
         *     For tokens of the role `admin`.
         *
         *     Counts against the budget `standard`; shed under overload.
         *
         *     Takes an `Idempotency-Key`.
         */
        post: operations["createUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/{userId}/reinstate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Reinstates a suspended user, who may then sign in again
         * @description Reinstates a suspended user, who may then sign in again; a reason is required.
         *
         *     For tokens of the role `admin`.
         *
         *     Counts against the budget `standard`; shed under overload.
         */
        post: operations["reinstateUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/{userId}/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ends all sessions, tokens and sockets of a user
         * @description Ends all sessions, tokens and sockets of a user; a reason is required. The user may sign in again.
         *
         *     For tokens of the role `admin`.
         *
         *     Counts against the budget `standard`; shed under overload.
         */
        post: operations["revokeUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/{userId}/suspend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Suspends a user at once, until they are reinstated
         * @description Suspends a user at once, until they are reinstated; a reason is required. Admins cannot suspend themselves or the last admin.
         *
         *     For tokens of the role `admin`.
         *
         *     Counts against the budget `standard`; shed under overload.
         */
        post: operations["suspendUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Account: {
            /**
             * Format: date-time
             * @description when it was created
             */
            createdAt: string;
            /** @description drivers only; absent otherwise */
            driver?: components["schemas"]["AccountDriver"];
            /** @description id of the account */
            id: string;
            /** @description e-mail address or phone number, in the form that is compared */
            login: string;
            /** @description name of the person */
            name: string;
            /** @description id of its region */
            region: string;
            /** @description role of the account */
            role: components["schemas"]["Role"];
            /** @description a suspended account cannot sign in */
            state: components["schemas"]["AccountState"];
            /** @description version of the account: send it with a change */
            version: number;
        };
        AccountDriver: {
            /** @description highest service tier that they serve */
            tier: components["schemas"]["Tier"];
            /** @description the vehicle that riders see; null: none given */
            vehicle: components["schemas"]["Vehicle"] | null;
        };
        /** @enum {string} */
        AccountState: "active" | "suspended";
        /** @enum {string} */
        Actor: "rider" | "driver" | "operator" | "system";
        AdminDriver: {
            /**
             * Format: date-time
             * @description when the account was created
             */
            createdAt: string;
            /** @description id of the driver */
            driverId: string;
            /** @description time of the newest fix; null: none within five minutes */
            lastFixAt: string | null;
            /** @description e-mail address or phone number; null: an account without a login */
            login: string | null;
            /** @description name of the person */
            name: string;
            /** @description a suspended account cannot sign in */
            state: components["schemas"]["AccountState"];
            /** @description status now; null: nothing was heard of them for five minutes */
            status: components["schemas"]["DriverStatusValue"] | null;
            /** @description highest service tier that they serve */
            tier: string;
            /** @description the vehicle that riders see; null: none given */
            vehicle: components["schemas"]["Vehicle"] | null;
        };
        AdminDriverList: {
            /** @description newest first */
            drivers: components["schemas"]["AdminDriverListDriver"][];
            /** @description `cursor` of the next page; null: this is the last one */
            next: string | null;
        };
        AdminDriverListDriver: {
            /**
             * Format: date-time
             * @description when the account was created
             */
            createdAt?: string;
            /** @description id of the driver */
            driverId?: string;
            /** @description time of the newest fix; null: none within five minutes */
            lastFixAt?: string | null;
            /** @description e-mail address or phone number; null: an account without a login */
            login?: string | null;
            /** @description name of the person */
            name?: string;
            /** @description a suspended account cannot sign in */
            state?: components["schemas"]["AccountState"];
            /** @description status now; null: nothing was heard of them for five minutes */
            status?: components["schemas"]["DriverStatusValue"] | null;
            /** @description highest service tier that they serve */
            tier?: string;
            /** @description the vehicle that riders see; null: none given */
            vehicle?: components["schemas"]["Vehicle"] | null;
        };
        AdminLimits: {
            /** @description false: there are too many keys to check all of them */
            complete: boolean;
            /** @description every limit */
            limits: components["schemas"]["AdminLimitsLimit"][];
        };
        AdminLimitsLimit: {
            /** @description who has used up their window; at most 100 */
            blocked: components["schemas"]["AdminLimitsLimitBlocked"][];
            /** @description what it counts for: an account, an address … */
            by: string;
            /** @description what it is for */
            help: string;
            /** @description name of the limit, as in `RateLimit-Policy` */
            name: string;
            /** @description the answer beyond it */
            over: string;
            /** @description requests in one window */
            points: number;
            /** @description what happens while Redis does not answer */
            whenRedisIsAway: string;
            /** @description length of the window, seconds */
            windowSeconds: number;
        };
        AdminLimitsLimitBlocked: {
            /** @description `u-<user>`, `a-<hash of an address>`, `n-<hash of an account name>` */
            key: string;
            /** @description ms until the window ends */
            resetMs: number;
            /** @description requests in the window */
            used: number;
        };
        AdminRiderList: {
            /** @description `cursor` of the next page; null: this is the last one */
            next: string | null;
            /** @description newest first */
            riders: components["schemas"]["AdminRiderListRider"][];
        };
        AdminRiderListRider: {
            /**
             * Format: date-time
             * @description when the account was created
             */
            createdAt?: string;
            /** @description e-mail address or phone number; null: an account without a login */
            login?: string | null;
            /** @description name of the person */
            name?: string;
            /** @description id of the account */
            riderId?: string;
            /** @description a suspended account cannot sign in */
            state?: components["schemas"]["AccountState"];
        };
        AuditActor: {
            /** @description id of the account */
            id: string;
            /** @description role of the account; `system` for the server */
            role: string;
        };
        AuditList: {
            /** @description newest first */
            entries: components["schemas"]["AuditListEntry"][];
            /** @description `cursor` of the next page; null: this is the last one */
            next: string | null;
        };
        AuditListEntry: {
            /** @description what was done, for example `trip.cancel` */
            action?: string;
            /** @description who did it */
            actor?: components["schemas"]["AuditActor"];
            /**
             * Format: date-time
             * @description when it was done
             */
            at?: string;
            /** @description details by action, with the `reason` that was given */
            data?: {
                [key: string]: unknown;
            };
            /** @description id of the entry */
            id?: string;
            /** @description to what: kind and id, `trip:<id>` */
            target?: string;
        };
        BackgroundLocation: {
            /** @description where the phone was */
            coords: components["schemas"]["BackgroundLocationCoords"];
            /** @description `heartbeat`: the driver stands; others are ignored; absent: none */
            event?: string;
            /** @description false: the driver stands; absent: not known */
            is_moving?: boolean;
            /** @description true: from a mock provider; absent: not */
            mock?: boolean;
            /** @description ISO 8601, or epoch ms, by the phone's clock */
            timestamp: string | number;
            /** @description of the record in the plugin's own database: a repeat has the same */
            uuid: string;
        } & {
            [key: string]: unknown;
        };
        BackgroundLocationCoords: {
            /** @description metres; null or absent: not measured */
            accuracy?: number | null | string;
            /** @description degrees from north; -1, null or absent: not measured */
            heading?: number | null | string;
            /** @description degrees north (WGS84); null or absent: refused */
            latitude?: number | null | string;
            /** @description degrees east (WGS84); null or absent: refused */
            longitude?: number | null | string;
            /** @description m/s; -1, null or absent: not measured */
            speed?: number | null | string;
        } & {
            [key: string]: unknown;
        };
        BackgroundUpload: {
            /** @description one location, or with `batchSync` a list */
            location: components["schemas"]["BackgroundLocation"] | components["schemas"]["BackgroundLocation"][];
        } & {
            [key: string]: unknown;
        };
        BatchFailure: {
            /** @description why, from the closed list */
            code: components["schemas"]["ErrorCode"];
            /** @description a text for developers; absent: the code says it all */
            detail?: string;
            /** @description id of the item */
            id: string;
            /**
             * @description this item was refused
             * @constant
             */
            ok: false;
        };
        BoardSession: {
            /**
             * Format: date-time
             * @description when its cookie expires
             */
            expiresAt: string;
            /** @description path of the queue board: open it in the same browser */
            url: string;
        };
        CacheList: {
            /** @description every cache */
            caches: components["schemas"]["CacheListCache"][];
            /** @description the node that answered; the figures are its own, since its start */
            process: string;
        };
        CacheListCache: {
            /** @description name of the cache */
            cache: string;
            /** @description answered from MongoDB because Redis did not answer */
            degraded: number;
            /** @description answered from Redis */
            hit: number;
            /** @description share of reads that did not reach MongoDB, 0 to 1; null: no read yet */
            hitRate: number | null;
            /** @description answered from MongoDB */
            miss: number;
            /** @description answered from the memory of the process */
            process: number;
            /** @description reads */
            reads: number;
            /** @description answered by an expired entry because MongoDB did not answer */
            stale: number;
            /** @description lifetime of an entry, ms */
            ttlMs: number;
        };
        CancelTrip: {
            /** @description id of the command, made by the client once and sent with every repeat: the command takes effect once */
            commandId: string;
            /** @description why, for people; required of operators; absent: none given */
            reason?: string;
        };
        /** @enum {string} */
        CandidateReason: "offered" | "accepted" | "declined" | "expired" | "undelivered" | "revoked" | "barred" | "stale" | "busy" | "on_offer" | "wrong_tier" | "documents_lacking" | "too_far" | "unreachable" | "not_nearest" | "lost_to_other" | "assigned_elsewhere" | "claim_failed" | "offer_limit" | "cooling_down";
        Catalogue: {
            /** @description lowest first */
            tiers: components["schemas"]["CatalogueTier"][];
            /** @description version of the catalogue: send it with a change */
            version: number;
        };
        CatalogueTier: {
            /** @description whether trips of it can be requested now */
            open: boolean;
            /** @description from which its fares are estimated */
            tariff: components["schemas"]["Tariff"];
            /** @description name of the service */
            tier: components["schemas"]["Tier"];
        };
        ChangePassword: {
            /** @description the password until now */
            current: string;
            /** @description the new password; only its length matters */
            password: string;
        };
        CloseTrip: {
            /**
             * Format: date-time
             * @description when it ends
             */
            at: string;
        };
        /** @enum {string} */
        CommandEffect: "none" | "unknown";
        CreateAccount: {
            /** @description e-mail address or phone number (`+49…`), in any spelling */
            login: string;
            /** @description name of the person; riders see that of their driver */
            name: string;
            /** @description the new password; only its length matters */
            password: string;
            /** @description what the account is for; it cannot be changed */
            role: components["schemas"]["CreateAccountRole"];
            /** @description drivers only; absent: given later by `PATCH /v1/me` */
            vehicle?: components["schemas"]["VehicleInput"];
        };
        /** @enum {string} */
        CreateAccountRole: "rider" | "driver";
        CreatedShare: {
            /**
             * Format: date-time
             * @description when it was made
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description when it ends, unless the trip does before
             */
            expiresAt: string;
            /** @description the rider's name for the link; null: none */
            label: string | null;
            /** @description path of the page on the server's address; it is answered once and cannot be read again */
            path: string;
            /** @description id of the share link; it opens nothing */
            shareId: string;
        };
        CreatePromotion: {
            /** @description code of the promotion */
            code: string;
            /**
             * Format: date-time
             * @description begin, inclusive
             */
            from: string;
            /** @description percent off the estimate */
            percentOff: number;
            /** @description why, for people */
            reason: string;
            /**
             * @description the tier that it is for; null: every tier
             * @default null
             */
            tier?: components["schemas"]["Tier"] | null;
            /**
             * Format: date-time
             * @description end, exclusive
             */
            until: string;
        };
        CreateShare: {
            /** @description name of the link in the rider's own list; absent: none */
            label?: string;
            /** @description life of the link, ms; absent: a day. It ends with the trip in any case */
            ttlMs?: number;
        };
        CreateTrip: {
            /** @description where it ends */
            dropoff: components["schemas"]["PointInput"];
            /** @description where the ride begins */
            pickup: components["schemas"]["PointInput"];
            /** @description for operators and admins: the rider who ordered by telephone; absent for riders */
            riderId?: string;
            /**
             * Format: date-time
             * @description time of the pick-up, at most 90 days ahead; absent: now
             */
            scheduledAt?: string;
            /**
             * @description places between the two, in their order; absent: none
             * @default []
             */
            stops?: components["schemas"]["PointInput"][];
            /**
             * @description absent: `standard`
             * @default standard
             */
            tier?: components["schemas"]["Tier"];
            /**
             * Format: uuid
             * @description a UUID that you make; a repeat with it is the same trip, another request with it is KEY_REUSED
             */
            tripId: string;
        };
        CreateUser: {
            /** @description e-mail address or phone number (`+49…`), in any spelling */
            login: string;
            /** @description name of the person; riders see that of their driver */
            name: string;
            /** @description the new password; only its length matters */
            password: string;
            /** @description why, for people */
            reason: string;
            /** @description what the account is for */
            role: components["schemas"]["CreateUserRole"];
            /** @description drivers only: highest tier that they serve; absent: `standard` */
            tier?: components["schemas"]["Tier"];
            /** @description drivers only; absent: given later */
            vehicle?: components["schemas"]["VehicleInput"];
        };
        /** @enum {string} */
        CreateUserRole: "driver" | "operator" | "admin";
        DeadLetterListAnswer: {
            /** @description oldest first */
            letters: components["schemas"]["DeadLetterListAnswerLetter"][];
            /** @description `cursor` of the next page; null: this is the last one */
            next: string | null;
        };
        DeadLetterListAnswerLetter: {
            /**
             * Format: date-time
             * @description when it was set aside
             */
            at?: string;
            /** @description how often it was tried; null: not known */
            attempts?: number | null;
            /** @description of a stream: app start of the fixes; absent: not readable */
            boot?: string;
            /** @description of a stream: unreadable bytes; absent: none */
            bytes?: number;
            /** @description of a stream `entry`, `record`, `document`, `deliveries`; of a queue `failed`, `poison` */
            cause?: string;
            /** @description of a stream: whose fixes they are; absent: not readable */
            driverId?: string;
            /** @description of a stream: id of the entry; absent otherwise */
            entry?: string;
            /** @description id of the dead letter */
            id?: string;
            /** @description of a queue: name of the job; absent otherwise */
            job?: string;
            /** @description what went wrong */
            reason?: string;
            /** @description whether it can be put back */
            replayable?: boolean;
            /** @description of a stream: seqs of the fixes; absent: not readable */
            seqs?: number[];
        };
        DeadLetterSources: {
            /** @description every source */
            sources: components["schemas"]["DeadLetterSourcesSource"][];
        };
        DeadLetterSourcesSource: {
            /** @description number by cause, among the oldest `counted` ones */
            byCause: {
                [key: string]: number;
            };
            /** @description dead letters */
            count: number;
            /** @description how many of them were read for `byCause` */
            counted: number;
            /** @description what it comes from */
            kind: components["schemas"]["DeadLetterSourcesSourceKind"];
            /** @description a queue’s name, or `fixes-<shard>` */
            source: string;
        };
        /** @enum {string} */
        DeadLetterSourcesSourceKind: "stream" | "queue";
        Device: {
            /** @description id of the installation of the app, made by the app */
            deviceId: string;
            /** @description platform of the phone */
            platform: components["schemas"]["DevicePlatform"];
            /**
             * Format: date-time
             * @description when it was registered last
             */
            updatedAt: string;
        };
        /** @enum {string} */
        DevicePlatform: "android" | "ios" | "web";
        DeviceRemoved: {
            /** @description id of the installation of the app, made by the app */
            deviceId: string;
            /**
             * @description it gets no more push messages
             * @constant
             */
            removed: true;
        };
        DocumentAccepted: {
            /**
             * @description the queue is deep: it takes longer than usual; absent: it is not
             * @constant
             */
            code?: "SCALE_001";
            /** @description id of the document */
            documentId: string;
            /** @description estimate until it is processed, ms */
            estimatedWaitMs: number;
            /** @description for `GET /v1/jobs/{jobId}` */
            jobId: string;
            /** @description jobs ahead of it; 0: it is being processed or done */
            queuePosition: number;
        };
        /** @enum {string} */
        DocumentContentType: "image/jpeg" | "image/png" | "image/webp" | "application/pdf";
        DocumentCopies: {
            /** @description how often its processing began */
            attempts: number;
            /** @description false: there are more than 50 */
            complete: boolean;
            /** @description objects that are stored of its clean copy */
            copies: components["schemas"]["DocumentCopiesCopy"][];
            /** @description id of the document */
            documentId: string;
            /** @description why it was rejected; null: it was not */
            rejection: components["schemas"]["DocumentRejection"] | null;
            /** @description status of the document */
            status: components["schemas"]["DocumentStatus"];
        };
        DocumentCopiesAnswer: {
            /** @description one for each item, in the order of the request */
            results: (components["schemas"]["DocumentCopiesAnswerResultSuccess"] | components["schemas"]["BatchFailure"])[];
        };
        DocumentCopiesAnswerResultSuccess: {
            /** @description id of the item */
            id: string;
            /**
             * @description this item succeeded
             * @constant
             */
            ok: true;
            /** @description its result */
            value: components["schemas"]["DocumentCopies"];
        };
        DocumentCopiesCopy: {
            /** @description which attempt wrote it; null for `unknown` */
            attempt: number | null;
            /** @description whether the document names it; others were left by interrupted attempts, and are removed after two hours */
            current: boolean;
            /** @description what the object is, by its key */
            kind: components["schemas"]["DocumentCopiesCopyKind"];
            /** @description bytes */
            size: number;
            /**
             * Format: date-time
             * @description when it was stored
             */
            storedAt: string;
        };
        /** @enum {string} */
        DocumentCopiesCopyKind: "file" | "thumbnail" | "unknown";
        DocumentCopiesRequest: {
            /** @description the documents */
            documentIds: string[];
        };
        DocumentDetail: {
            /** @description announced format */
            contentType: components["schemas"]["DocumentContentType"];
            /**
             * Format: date-time
             * @description when the form was issued
             */
            createdAt: string;
            /** @description the IANA time zone in which a day that a reviewer enters ends: the region's, UTC until an admin sets one */
            dayZone: string;
            /** @description id of the document */
            documentId: string;
            /** @description `granted`: end of the time to send the file; null otherwise */
            expiresAt: string | null;
            /** @description read from the file: format, width, height, pages …; null: not processed */
            facts: components["schemas"]["DocumentFacts"] | null;
            /** @description where the clean copy can be read; null: there is none */
            links: components["schemas"]["DocumentDetailLinks"] | null;
            /** @description `rejected`: why; null otherwise */
            rejection: components["schemas"]["DocumentViewRejection"] | null;
            /** @description `processed`: how the review stands; null otherwise */
            review: components["schemas"]["DocumentViewReview"] | null;
            /** @description announced size, bytes */
            size: number;
            /** @description `granted`: a form was issued · `uploaded`: the file waits to be processed · `processing` · `processed`: a clean copy is filed · `rejected` · `expired`: no file arrived in time */
            status: components["schemas"]["DocumentStatus"];
            /** @description which document it is */
            type: components["schemas"]["DocumentType"];
            /**
             * Format: date-time
             * @description when the document changed last
             */
            updatedAt: string;
            /** @description whose document it is */
            userId: string;
            /** @description end of its validity; null: it has none, or is not approved */
            validUntil: string | null;
            /** @description last day of its validity as the reviewer entered it; null: they gave a moment, or it has none */
            validUntilDay: string | null;
            /** @description rises with each change: send it with a review */
            version: number;
        };
        DocumentDetailLinks: {
            /**
             * Format: date-time
             * @description when both addresses expire
             */
            expiresAt: string;
            /**
             * Format: uri
             * @description address of the clean copy
             */
            file: string;
            /** @description address of a small picture; null: there is none */
            thumbnail: string | null;
        };
        DocumentFacts: {
            [key: string]: string | number | boolean;
        };
        DocumentGrant: {
            /** @description a command line that uploads ./FILE */
            curl: string;
            /** @description id of the document */
            documentId: string;
            /**
             * Format: date-time
             * @description when the form expires: the upload must have begun
             */
            expiresAt: string;
            /** @description its fields, in any order; after them the file as the field `file` */
            fields: {
                [key: string]: string;
            };
            /** @description name of the object, for logs */
            key: string;
            /**
             * Format: uri
             * @description where to post the form (multipart/form-data)
             */
            presignedUrl: string;
        };
        DocumentListAnswer: {
            /** @description one page */
            documents: components["schemas"]["DocumentListAnswerDocument"][];
            /** @description `cursor` of the next page; null: this is the last one */
            next: string | null;
        };
        DocumentListAnswerDocument: {
            /** @description announced format */
            contentType?: components["schemas"]["DocumentContentType"];
            /**
             * Format: date-time
             * @description when the form was issued
             */
            createdAt?: string;
            /** @description id of the document */
            documentId?: string;
            /** @description `granted`: end of the time to send the file; null otherwise */
            expiresAt?: string | null;
            /** @description read from the file: format, width, height, pages …; null: not processed */
            facts?: components["schemas"]["DocumentFacts"] | null;
            /** @description `rejected`: why; null otherwise */
            rejection?: components["schemas"]["DocumentViewRejection"] | null;
            /** @description `processed`: how the review stands; null otherwise */
            review?: components["schemas"]["DocumentViewReview"] | null;
            /** @description announced size, bytes */
            size?: number;
            /** @description `granted`: a form was issued · `uploaded`: the file waits to be processed · `processing` · `processed`: a clean copy is filed · `rejected` · `expired`: no file arrived in time */
            status?: components["schemas"]["DocumentStatus"];
            /** @description which document it is */
            type?: components["schemas"]["DocumentType"];
            /**
             * Format: date-time
             * @description when the document changed last
             */
            updatedAt?: string;
            /** @description whose document it is */
            userId?: string;
            /** @description end of its validity; null: it has none, or is not approved */
            validUntil?: string | null;
            /** @description last day of its validity as the reviewer entered it; null: they gave a moment, or it has none */
            validUntilDay?: string | null;
            /** @description rises with each change: send it with a review */
            version?: number;
        };
        /** @enum {string} */
        DocumentRejection: "UNKNOWN_FORMAT" | "FORMAT_NOT_ACCEPTED" | "DAMAGED" | "TOO_MANY_PIXELS" | "TOO_SMALL" | "TOO_COMPLEX" | "PDF_ENCRYPTED" | "PDF_ACTIVE_CONTENT" | "PDF_FORM_UNREADABLE" | "PDF_TOO_MANY_PAGES" | "BYTES_DIFFER" | "FILE_MISSING" | "INFECTED" | "NOT_ACCEPTED" | "PROCESSING_FAILED";
        /** @enum {string} */
        DocumentStatus: "granted" | "uploaded" | "processing" | "processed" | "rejected" | "expired";
        /** @enum {string} */
        DocumentType: "driving_licence" | "vehicle_registration" | "insurance" | "background_check" | "profile_photo";
        DocumentView: {
            /** @description announced format */
            contentType: components["schemas"]["DocumentContentType"];
            /**
             * Format: date-time
             * @description when the form was issued
             */
            createdAt: string;
            /** @description id of the document */
            documentId: string;
            /** @description `granted`: end of the time to send the file; null otherwise */
            expiresAt: string | null;
            /** @description read from the file: format, width, height, pages …; null: not processed */
            facts: components["schemas"]["DocumentFacts"] | null;
            /** @description `rejected`: why; null otherwise */
            rejection: components["schemas"]["DocumentViewRejection"] | null;
            /** @description `processed`: how the review stands; null otherwise */
            review: components["schemas"]["DocumentViewReview"] | null;
            /** @description announced size, bytes */
            size: number;
            /** @description `granted`: a form was issued · `uploaded`: the file waits to be processed · `processing` · `processed`: a clean copy is filed · `rejected` · `expired`: no file arrived in time */
            status: components["schemas"]["DocumentStatus"];
            /** @description which document it is */
            type: components["schemas"]["DocumentType"];
            /**
             * Format: date-time
             * @description when the document changed last
             */
            updatedAt: string;
            /** @description whose document it is */
            userId: string;
            /** @description end of its validity; null: it has none, or is not approved */
            validUntil: string | null;
            /** @description last day of its validity as the reviewer entered it; null: they gave a moment, or it has none */
            validUntilDay: string | null;
            /** @description rises with each change: send it with a review */
            version: number;
        };
        DocumentViewRejection: {
            /** @description why, from a closed list */
            code: components["schemas"]["DocumentRejection"];
            /** @description what to do, for its owner, in English */
            text: string;
        };
        DocumentViewReview: {
            /** @description when it was decided; null: it is pending */
            at: string | null;
            /** @description why it was rejected, for its owner; null: no reason was given */
            reason: string | null;
            /** @description `pending`: waits for a person · `approved` · `rejected` · `lapsed`: was approved, and its validity has ended */
            state: components["schemas"]["ReviewState"];
        };
        /** @enum {string} */
        DriverAction: "arrived" | "start" | "pause" | "resume" | "stop_reached" | "complete" | "cancel" | "no_show";
        DriverBatch: {
            /** @description the drivers */
            driverIds: string[];
        };
        DriverBatchAnswer: {
            /** @description one for each item, in the order of the request */
            results: (components["schemas"]["DriverBatchAnswerResultSuccess"] | components["schemas"]["BatchFailure"])[];
        };
        DriverBatchAnswerResultSuccess: {
            /** @description id of the item */
            id: string;
            /**
             * @description this item succeeded
             * @constant
             */
            ok: true;
            /** @description its result */
            value: components["schemas"]["AdminDriver"];
        };
        DriverHealth: {
            /** @description the phone's newest report; null: none in the days of the window */
            device: components["schemas"]["DriverHealthDevice"] | null;
            /** @description id of the driver */
            driverId: string;
            /** @description time on duty, ms: with the status available or busy, or on a trip */
            dutyMs: number;
            /**
             * Format: date-time
             * @description begin of the window
             */
            from: string;
            /** @description outages in the window, listed or not */
            outageCount: number;
            /** @description of more than 60 s, oldest first; of more than the list holds, the newest */
            outages: components["schemas"]["Outage"][];
            /**
             * Format: date-time
             * @description end of the window
             */
            to: string;
            /** @description of it, time without an outage, ms */
            trackedMs: number;
            /** @description share of the time on duty in which the driver was tracked, 0 to 1; null: not on duty */
            trackingRate: number | null;
        };
        DriverHealthDevice: {
            /**
             * Format: date-time
             * @description when it was measured
             */
            at: string;
            /** @description percent; absent: not known on this device */
            battery?: number;
            /** @description the saver is on; absent: not known on this device */
            batterySaver?: boolean;
            /** @description one start of the app, made by the app at random; seqs rise within it */
            boot: string;
            /** @description on a charger; absent: not known on this device */
            charging?: boolean;
            /**
             * Format: int64
             * @description how far the phone's clock is ahead of the server's, ms; at most a year either way; absent: not measured yet
             */
            clockSkewMs?: number;
            /** @description positions that the source should have delivered since the app start; absent: not counted */
            expected?: number;
            /** @description location services of the device; absent: not known on this device */
            gps?: components["schemas"]["DriverHealthDeviceGps"];
            /** @description permission to use the location; absent: not known on this device */
            permission?: components["schemas"]["DriverHealthDevicePermission"];
            /** @description positions that it has delivered; absent: not counted */
            received?: number;
        };
        /** @enum {string} */
        DriverHealthDeviceGps: "on" | "off";
        /** @enum {string} */
        DriverHealthDevicePermission: "always" | "while_in_use" | "denied" | "not_asked";
        DriverSearchAnswer: {
            /** @description nearest first */
            drivers: components["schemas"]["NearbyDriver"][];
            /** @description true: the live index was emptied moments ago, and drivers may be missing */
            warming: boolean;
        };
        /** @enum {string} */
        DriverStatusValue: "available" | "busy" | "offline";
        Empty: Record<string, never>;
        Erasure: {
            /** @description what it waits for: an open trip, or a server that does not answer; null: nothing */
            blockedBy: string | null;
            /** @description id of the erasure */
            erasureId: string;
            /** @description when it ended; null: it has not */
            finishedAt: string | null;
            /** @description the search for the id in every store, after the last step; null: not made yet */
            proof: components["schemas"]["ErasureProof"] | null;
            /**
             * Format: date-time
             * @description when it was requested
             */
            requestedAt: string;
            /** @description role of the account; null: there was none */
            role: components["schemas"]["Role"] | null;
            /** @description how far it is */
            state: components["schemas"]["ErasureState"];
            /** @description in their order */
            steps: components["schemas"]["ErasureStep"][];
            /** @description the erased person */
            userId: string;
        };
        ErasureListAnswer: {
            /** @description newest first */
            erasures: components["schemas"]["ErasureListAnswerErasure"][];
            /** @description `cursor` of the next page; null: this is the last one */
            next: string | null;
        };
        ErasureListAnswerErasure: {
            /** @description what it waits for: an open trip, or a server that does not answer; null: nothing */
            blockedBy?: string | null;
            /** @description id of the erasure */
            erasureId?: string;
            /** @description when it ended; null: it has not */
            finishedAt?: string | null;
            /** @description the search for the id in every store, after the last step; null: not made yet */
            proof?: components["schemas"]["ErasureProof"] | null;
            /**
             * Format: date-time
             * @description when it was requested
             */
            requestedAt?: string;
            /** @description role of the account; null: there was none */
            role?: components["schemas"]["Role"] | null;
            /** @description how far it is */
            state?: components["schemas"]["ErasureState"];
            /** @description in their order */
            steps?: components["schemas"]["ErasureStep"][];
            /** @description the erased person */
            userId?: string;
        };
        ErasureProof: {
            /**
             * Format: date-time
             * @description when the stores were searched
             */
            at: string;
            /** @description true: nothing was found */
            clean: boolean;
            /** @description every store */
            stores: components["schemas"]["ErasureProofStore"][];
        };
        ErasureProofStore: {
            /** @description those that still have the id */
            found: number;
            /** @description what is kept deliberately, and why; absent: nothing */
            kept?: string;
            /** @description documents, keys or objects that were searched */
            searched: number;
            /** @description `mongo:trips`, `redis:state`, `s3:documents` … */
            store: string;
        };
        /** @enum {string} */
        ErasureState: "waiting" | "running" | "blocked" | "done";
        ErasureStep: {
            /** @description when it ended; null: it has not */
            finishedAt: string | null;
            /** @description `mongo:trips`, `redis:driver`, `s3:documents` … */
            name: string;
            /** @description how far the step is */
            state: components["schemas"]["ErasureStepState"];
            /** @description documents, keys, entries or objects that were removed or de-identified */
            touched: number;
        };
        /** @enum {string} */
        ErasureStepState: "waiting" | "done";
        /** @enum {string} */
        ErrorCode: "SCALE_001" | "SCALE_002" | "SCALE_003" | "SCALE_004" | "SCALE_005" | "SCALE_006" | "BUSY" | "SHED" | "SLOW_CONSUMER" | "STORE_FULL" | "UNAVAILABLE" | "TIMEOUT" | "PROTOCOL_UNSUPPORTED" | "VALIDATION" | "UNKNOWN_EVENT" | "UNAUTHENTICATED" | "TOKEN_INVALID" | "TOKEN_IN_URL" | "TOKEN_EXPIRED" | "TOKEN_REVOKED" | "WRONG_AUDIENCE" | "ORIGIN_DENIED" | "FORBIDDEN" | "NOT_FOUND" | "METHOD_NOT_ALLOWED" | "CONFLICT" | "ILLEGAL_TRANSITION" | "KEY_REUSED" | "GONE" | "UNPRESENTABLE" | "PAYLOAD_TOO_LARGE" | "CONNECTION_LIMIT" | "CONNECTION_REPLACED" | "DRAINING" | "INTERNAL";
        ExpectedWait: {
            /** @description how many recent assignments it rests on */
            assignments: number;
            /** @description from a request to the pick-up, to 10 s; null: no car and no recent assignment near by */
            seconds: number | null;
        };
        Fare: {
            /** @description ISO 4217 */
            currency: string;
            /** @description estimate before a promotion, in the currency's minor units */
            estimateMinor: number;
            /** @description estimate after the promotion, in the currency's minor units */
            fareMinor: number;
            /** @description always true: the fare of a closed tier is CONFLICT */
            open: boolean;
            /** @description code of the best current promotion; null: none applies */
            promotion: string | null;
            /** @description service tier */
            tier: components["schemas"]["Tier"];
        };
        Fix: [
            number,
            number | null | string,
            number | null | string,
            number | null | string
        ];
        FixesAnswer: {
            /** @description as in `location:ack` */
            ack: components["schemas"]["LocationAck"];
            /** @description fixes of this request that are kept and not shown */
            refused: components["schemas"]["FixesAnswerRefused"][];
        };
        FixesAnswerRefused: {
            /** @description the refused fix */
            seq: number;
            /** @description why it is refused; never `ok` */
            verdict: components["schemas"]["Verdict"];
        };
        Health: {
            /** @description what it sheds under overload: 0 nothing, 1 lists and exports, 2 everything except critical work, 3 sign-in too; absent of processes that shed nothing */
            level?: number;
            /** @description the process that answered */
            process: string;
            /** @description why it is not `ok` */
            reasons: components["schemas"]["HealthReason"][];
            /** @description `degraded`: it works without something; `unready`: send it nothing */
            status: components["schemas"]["HealthStatus"];
        };
        HealthReason: {
            /** @description what is missing */
            dependency: string;
            /** @description what is known about it */
            reason: string;
        };
        /** @enum {string} */
        HealthStatus: "ok" | "degraded" | "unready";
        Home: {
            /** @description available cars; absent without a place */
            nearby?: components["schemas"]["NearbyCars"];
            /** @description the ride that was requested and has not ended; null: none */
            openTrip: components["schemas"]["TripView"] | null;
            /** @description the caller's preferences */
            preferences: components["schemas"]["Preferences"];
            /** @description those that apply now */
            promotions: components["schemas"]["Promotion"][];
            /** @description services that can be requested now, lowest first */
            tiers: components["schemas"]["HomeTier"][];
            /** @description expected wait; absent without a place */
            wait?: components["schemas"]["ExpectedWait"];
        };
        HomeTier: {
            /** @description from which its fares are estimated */
            tariff: components["schemas"]["Tariff"];
            /** @description name of the service */
            tier: components["schemas"]["Tier"];
        };
        ImportTrip: {
            /**
             * Format: date-time
             * @description when it begins
             */
            at: string;
            /** @description id of the driver */
            driverId: string;
            /** @description where it ends */
            dropoff: components["schemas"]["PointInput"];
            /** @description where the ride begins */
            pickup: components["schemas"]["PointInput"];
            /** @description id of the rider */
            riderId: string;
            /** @description id of the trip */
            tripId: string;
        };
        JobListAnswer: {
            /** @description newest first */
            jobs: components["schemas"]["JobListAnswerJob"][];
            /** @description `cursor` of the next page; null: this is the last one */
            next: string | null;
        };
        JobListAnswerJob: {
            /** @description how often it was tried */
            attempts?: number;
            /**
             * Format: date-time
             * @description when it was queued
             */
            createdAt?: string;
            /** @description why the last attempt failed; null: it has not */
            failedReason?: string | null;
            /** @description id of the job: that of its document */
            id?: string;
            /** @description how often it may be tried */
            maxAttempts?: number;
            /** @description when the last attempt began; null: none has */
            processedAt?: string | null;
            /** @description `waiting` includes jobs that wait for their next attempt */
            status?: components["schemas"]["JobStatus"];
            /** @description what it does */
            type?: string;
        };
        /** @enum {string} */
        JobStatus: "waiting" | "active" | "completed" | "failed";
        JobView: {
            /** @description how often it was tried */
            attempts: number;
            /**
             * Format: date-time
             * @description when it was queued
             */
            createdAt: string;
            /** @description why the last attempt failed; null: it has not */
            failedReason: string | null;
            /** @description id of the job: that of its document */
            id: string;
            /** @description how often it may be tried */
            maxAttempts: number;
            /** @description when the last attempt began; null: none has */
            processedAt: string | null;
            /** @description `waiting` includes jobs that wait for their next attempt */
            status: components["schemas"]["JobStatus"];
            /** @description what it does */
            type: string;
        };
        Jwks: {
            /** @description keys in use and the next one; cache them for 15 s at most */
            keys: components["schemas"]["JwksKey"][];
        };
        JwksKey: {
            /**
             * @description algorithm
             * @constant
             */
            alg: "EdDSA";
            /**
             * @description curve
             * @constant
             */
            crv: "Ed25519";
            /** @description id of the key, as in the header of a token */
            kid: string;
            /**
             * @description key type (RFC 8037)
             * @constant
             */
            kty: "OKP";
            /**
             * @description signatures
             * @constant
             */
            use: "sig";
            /** @description public key, base64url */
            x: string;
        };
        Ledger: {
            /** @description whole app starts, newest first */
            boots: components["schemas"]["LedgerBoot"][];
            /** @description id of the driver */
            driverId: string;
            /** @description cursor of the page with older app starts; null on the last page */
            next: string | null;
            /** @description of the app starts of this page */
            verdict: components["schemas"]["LedgerVerdict"];
        };
        LedgerBoot: {
            /** @description one start of the app, made by the app at random; seqs rise within it */
            boot: string;
            /**
             * Format: date-time
             * @description time of its first fix
             */
            from: string;
            /** @description highest seq that arrived */
            highestSeq: number;
            /** @description lowest seq that is counted */
            lowestSeq: number;
            /** @description inclusive ranges of seqs that never arrived, lowest first */
            missing: number[][];
            /** @description missing ranges, listed or not */
            missingRanges: number;
            /** @description missing seqs, listed or not */
            missingSeqs: number;
            /** @description the app start is longer than a week of one fix a second: seqs below lowestSeq are not counted */
            partial: boolean;
            /** @description fixes that arrived: stored and refused */
            received: number;
            /** @description fixes that are kept with a verdict */
            refused: number;
            /** @description number of refused fixes by verdict */
            refusedBy: {
                [key: string]: number;
            };
            /** @description fixes in the history */
            stored: number;
            /**
             * Format: date-time
             * @description time of its last fix
             */
            to: string;
            /** @description whether every seq arrived */
            verdict: components["schemas"]["LedgerBootVerdict"];
        };
        /** @enum {string} */
        LedgerBootVerdict: "complete" | "missing";
        /** @enum {string} */
        LedgerVerdict: "complete" | "missing" | "empty";
        LocationAck: {
            /** @description one start of the app, made by the app at random; seqs rise within it */
            boot: string;
            /** @description present while the boot's first seqs are missing and nothing can become durable: what the client can do (`lowest`) */
            detail?: string;
            /** @description every seq up to this one is stored for good, or was given up by the phone (`lowest`): forget them. -1: none */
            durable: number;
            /** @description inclusive ranges `[first, last]` at or below `received` that have not arrived, lowest first: send them again. More are named once these have come */
            gaps: [
                number,
                number
            ][];
            /** @description highest seq that is in the log; -1: none. Do not send it again unless it is in `gaps` */
            received: number;
        };
        LocationUpdate: {
            /** @description one start of the app, made by the app at random; seqs rise within it */
            boot: string;
            /** @description rising by seq; each is `[seq, t, lat, lng, speed?, heading?, accuracy?, flags?]`: t epoch ms of server time, m/s, degrees from north, metres. Null: not measured */
            fixes: components["schemas"]["Fix"][];
            /**
             * Format: int64
             * @description the lowest seq that the phone still holds: gaps below it are never filled, and count as given up. Absent: 0 until the boot has named one
             */
            lowest?: number;
        };
        NearbyCars: {
            /** @description cars in tiles that are not listed */
            elsewhere: number;
            /** @description tiles with several cars; of fewer, one could be followed */
            tiles: components["schemas"]["NearbyCarsTile"][];
            /** @description available cars within 3 km */
            total: number;
            /** @description true: the live index was emptied moments ago, and cars may be missing */
            warming: boolean;
        };
        NearbyCarsTile: {
            /** @description available cars in it */
            cars: number;
            /** @description latitude of its centre, degrees (WGS84) */
            lat: number;
            /** @description longitude of its centre, degrees (WGS84) */
            lng: number;
            /** @description H3 index, resolution 8 (about 0.7 km²) */
            tile: string;
        };
        NearbyDriver: {
            /** @description age of the fix when it was read, ms */
            ageMs: number;
            /**
             * Format: date-time
             * @description when the fix was taken
             */
            at: string;
            /** @description from the centre of the search to this place, metres */
            distanceMetres: number;
            /** @description for operators and admins; absent for riders */
            driverId?: string;
            /** @description direction of travel, degrees clockwise from north, 0 to 360; null: not measured */
            heading: number | null;
            /** @description degrees north (WGS84); rounded to 3 decimals for riders */
            lat: number;
            /** @description degrees east (WGS84); rounded to 3 decimals for riders */
            lng: number;
            /** @description m/s; null: not measured, and for riders */
            speed: number | null;
        };
        NotificationAcked: {
            /**
             * @description it is not sent again
             * @constant
             */
            acked: true;
            /** @description id of the notification, the same on the socket, in a push message and in the list */
            notificationId: string;
        };
        NotificationListAnswer: {
            /** @description `cursor` of the next page; null: this is the last one */
            next: string | null;
            /** @description newest first */
            notifications: components["schemas"]["NotificationListAnswerNotification"][];
        };
        NotificationListAnswerNotification: {
            /** @description when the app acknowledged it; null: it has not */
            ackedAt?: string | null;
            /** @description for people: without names, places or amounts */
            body?: string;
            /**
             * Format: date-time
             * @description when it was made
             */
            createdAt?: string;
            /** @description what it is about, by kind: `tripId` and `version` of a trip, `documentId` of a document … */
            data?: {
                [key: string]: unknown;
            };
            /** @description one of the kinds; show title and body of one that you do not know */
            kind?: string;
            /** @description id of the notification, the same on the socket, in a push message and in the list */
            notificationId?: string;
            /** @description for people, in the language of the recipient's device or account */
            title?: string;
        };
        OpenShare: {
            /** @description the last part of the path of the link */
            share: string;
        };
        Outage: {
            /**
             * Format: date-time
             * @description when the last fix before it was taken
             */
            from: string;
            /** @description the driver is not tracked now */
            ongoing: boolean;
            /** @description why */
            reason: components["schemas"]["OutageReason"];
            /** @description true: the phone said so; false: the server concluded it */
            reported: boolean;
            /**
             * Format: date-time
             * @description when the first fix after it was taken, or the end of the window
             */
            to: string;
            /** @description of `refused_fixes` and `clock_skew`: the most frequent verdict; absent otherwise */
            verdict?: string;
        };
        /** @enum {string} */
        OutageReason: "permission_denied" | "gps_off" | "silent_source" | "task_lost" | "app_suspended" | "app_killed" | "device_restarted" | "battery_saver" | "battery_low" | "clock_skew" | "stopped" | "battery_empty" | "refused_fixes" | "no_connection";
        PatchMe: {
            /** @description absent: as it is */
            name?: string;
            /** @description drivers only; absent: as it is */
            vehicle?: components["schemas"]["VehicleInput"];
            /** @description the version that you read; another one is CONFLICT */
            version: number;
        };
        PersonExport: {
            /** @description the `after` of a `cursor` line, to continue an export that broke off; absent: from the beginning */
            after?: string;
            /** @description why, for people */
            reason: string;
        };
        Point: {
            /** @description degrees north of the equator (WGS84) */
            lat: number;
            /** @description degrees east of Greenwich (WGS84) */
            lng: number;
        };
        PointInput: {
            /** @description degrees north of the equator (WGS84) */
            lat: number;
            /** @description degrees east of Greenwich (WGS84) */
            lng: number;
        };
        PostDriverCommand: {
            /** @description what the driver does */
            action: components["schemas"]["DriverAction"];
            /**
             * Format: date-time
             * @description when the driver pressed the button; the same in each repeat
             */
            at: string;
            /** @description id of the command, made by the client once and sent with every repeat: the command takes effect once */
            commandId: string;
            /** @description of `cancel` and `no_show`, for people; absent: none given */
            reason?: string;
        };
        PostOfferAnswer: {
            /** @description true: the driver takes the ride; false: they decline it */
            accept: boolean;
            /** @description id of the command, made by the client once and sent with every repeat: the command takes effect once */
            commandId: string;
        };
        Preferences: {
            /** @description language of notifications, BCP 47 */
            locale: string;
            /** @description tier that is chosen at first */
            tier: components["schemas"]["Tier"];
            /** @description how distances are shown */
            units: components["schemas"]["PreferencesUnits"];
            /** @description version of the preferences: send it with a change; 0: never set */
            version: number;
        };
        /** @enum {string} */
        PreferencesUnits: "metric" | "imperial";
        Problem: {
            /** @description why, from the closed list; it decides what to do */
            code: components["schemas"]["ErrorCode"];
            /** @description what was wrong with this request: a text for developers, not to be parsed; absent: the title says it all */
            detail?: string;
            /** @description of a command on a trip that may be repeated: `none`, it did nothing; `unknown`, it may have taken effect, and a repeat under its `commandId` tells. Otherwise absent */
            effect?: components["schemas"]["CommandEffect"];
            /** @description VALIDATION: each fault that was found; otherwise absent */
            issues?: components["schemas"]["ProblemIssue"][];
            /** @description id of the request, as in `X-Request-Id`; name it in a support ticket */
            requestId: string;
            /** @description how long to wait before a repeat, ms; absent: by your own schedule, if the code allows a repeat */
            retryAfterMs?: number;
            /** @description the HTTP status, again */
            status: number;
            /** @description what the code means, in English */
            title: string;
            /** @description address of the code in the list of codes: `/v1/errors#NOT_FOUND` */
            type: string;
            /** @description of CONFLICT, and of ILLEGAL_TRANSITION on a trip: the current version, to read and decide again; otherwise absent */
            version?: number;
        };
        ProblemIssue: {
            /** @description what is wrong, in English */
            message: string;
            /** @description where, for example `body.pickup.lat` */
            path: string;
        };
        Promotion: {
            /** @description code of the promotion */
            code: string;
            /**
             * Format: date-time
             * @description begin, inclusive
             */
            from: string;
            /** @description percent off the estimate */
            percentOff: number;
            /** @description the tier that it is for; null: every tier */
            tier: components["schemas"]["Tier"] | null;
            /**
             * Format: date-time
             * @description end, exclusive
             */
            until: string;
        };
        PromotionList: {
            /** @description current and future ones */
            promotions: components["schemas"]["Promotion"][];
            /** @description version of the list */
            version: number;
        };
        PutCatalogueTier: {
            /** @description whether trips of the tier can be requested */
            open: boolean;
            /** @description why, for people */
            reason: string;
            /** @description the version that you read; another one is CONFLICT */
            version: number;
        };
        PutDevice: {
            /** @description language of the texts, BCP 47; absent: that of the preferences */
            locale?: string;
            /** @description platform of the phone */
            platform: components["schemas"]["DevicePlatform"];
            /** @description push token of FCM or APNs */
            token: string;
        };
        PutPreferences: {
            /** @description language of notifications, BCP 47 */
            locale: string;
            /** @description tier that is chosen at first */
            tier: components["schemas"]["Tier"];
            /** @description how distances are shown */
            units: components["schemas"]["PreferencesUnits"];
            /** @description the version that you read; another one is CONFLICT */
            version: number;
        };
        PutRegion: {
            /** @description ISO 4217 */
            currency: string;
            /** @description BCP 47 */
            locale: string;
            /** @description why, for people */
            reason: string;
            /** @description days; what is older than a shorter retention is deleted for good */
            retentionDays: number;
            /** @description the version that you read; another one is CONFLICT */
            version: number;
            /** @description IANA time zone */
            zone: string;
        };
        Reason: {
            /** @description why, for people */
            reason: string;
        };
        ReassignTrip: {
            /** @description id of the command, made by the client once and sent with every repeat: the command takes effect once */
            commandId: string;
            /** @description why, for people */
            reason: string;
        };
        Refresh: {
            /** @description the newest one of the session */
            refreshToken: string;
        };
        RegionList: {
            /** @description by id */
            regions: components["schemas"]["RegionSettings"][];
        };
        RegionSettings: {
            /** @description ISO 4217 */
            currency: string;
            /** @description BCP 47 */
            locale: string;
            /** @description id of the region */
            region: string;
            /** @description the last change of the retention, and how far it has been applied to stored documents; null: none */
            retentionChange: components["schemas"]["RegionSettingsRetentionChange"] | null;
            /** @description days for which tracks and reasons of candidates are kept */
            retentionDays: number;
            /** @description when they were set last; null: never */
            updatedAt: string | null;
            /** @description version of the settings; 0: never set, the values come from the environment and the defaults */
            version: number;
            /** @description IANA time zone */
            zone: string;
        };
        RegionSettingsRetentionChange: {
            /** @description documents whose expiry was changed so far */
            changed: number;
            /** @description documents looked at so far */
            checked: number;
            /** @description estimate, null until the job has started */
            documents: number | null;
            /** @description when it ended; null: it has not */
            finishedAt: string | null;
            /** @description the new retention */
            retentionDays: number;
            /** @description documents that keep their expiry, since MongoDB refused the write */
            skipped: number;
            /**
             * Format: date-time
             * @description when it starts: every process has read the change by then
             */
            startsAt: string;
            /** @description how far the job is */
            state: components["schemas"]["RegionSettingsRetentionChangeState"];
            /** @description version of the settings that changed the retention */
            version: number;
        };
        /** @enum {string} */
        RegionSettingsRetentionChangeState: "waiting" | "running" | "done";
        ReplayDeadLetters: {
            /** @description the `next` of the previous call; absent: from the oldest */
            cursor?: string;
            /**
             * @description most dead letters of this call
             * @default 100
             */
            limit?: number;
            /** @description why, for people */
            reason: string;
        };
        ReplayedDeadLetter: {
            /** @description id of the dead letter */
            id: string;
            /** @description `replayed`: it was put back · `already`: it had been before · `refused`: it cannot be read, so there is nothing to put back */
            outcome: components["schemas"]["ReplayedDeadLetterOutcome"];
        };
        /** @enum {string} */
        ReplayedDeadLetterOutcome: "replayed" | "already" | "refused";
        ReplayedDeadLetters: {
            /** @description put back before */
            already: number;
            /** @description `cursor` of the rest; null: none is left */
            next: string | null;
            /** @description cannot be read */
            refused: number;
            /** @description put back by this call */
            replayed: number;
        };
        RequestDocument: {
            /** @description format of the file */
            contentType: components["schemas"]["DocumentContentType"];
            /**
             * @description how long the form is good, seconds; absent: 300
             * @default 300
             */
            expiresInSeconds?: number;
            /** @description digest of the file, as `sha256sum` prints it */
            sha256: string;
            /** @description exact size of the file, bytes */
            size: number;
            /** @description which document it is */
            type: components["schemas"]["DocumentType"];
        };
        ReviewBatch: {
            /** @description one decision for each document */
            reviews: components["schemas"]["ReviewBatchReview"][];
        };
        ReviewBatchAnswer: {
            /** @description one for each item, in the order of the request */
            results: (components["schemas"]["ReviewBatchAnswerResultSuccess"] | components["schemas"]["BatchFailure"])[];
        };
        ReviewBatchAnswerResultSuccess: {
            /** @description id of the item */
            id: string;
            /**
             * @description this item succeeded
             * @constant
             */
            ok: true;
            /** @description its result */
            value: components["schemas"]["DocumentView"];
        };
        ReviewBatchReview: {
            /** @description the decision */
            decision: components["schemas"]["ReviewDocumentDecision"];
            /** @description id of the document */
            documentId: string;
            /** @description shown to the owner; required to reject */
            reason?: string;
            /** @description required to approve a document that expires: its last day, which ends in the zone of the region, or a moment */
            validUntil?: string;
            /** @description version of the document that was reviewed; another one is CONFLICT */
            version: number;
        };
        ReviewDocument: {
            /** @description the decision */
            decision: components["schemas"]["ReviewDocumentDecision"];
            /** @description shown to the owner; required to reject */
            reason?: string;
            /** @description required to approve a document that expires: its last day, which ends in the zone of the region, or a moment */
            validUntil?: string;
            /** @description version of the document that was reviewed; another one is CONFLICT */
            version: number;
        };
        /** @enum {string} */
        ReviewDocumentDecision: "approve" | "reject";
        ReviewFare: {
            /** @description id of the command, made by the client once and sent with every repeat: the command takes effect once */
            commandId: string;
            /** @description why, for people */
            reason: string;
            /** @description version of the trip that you read; another one is CONFLICT */
            version: number;
        };
        /** @enum {string} */
        ReviewState: "pending" | "approved" | "rejected" | "lapsed";
        RevocationList: {
            /** @description `cursor` of the next page; null: this is the last one */
            next: string | null;
            /** @description newest first */
            revocations: components["schemas"]["RevocationListRevocation"][];
        };
        RevocationListRevocation: {
            /**
             * Format: date-time
             * @description when they were revoked
             */
            at?: string;
            /**
             * Format: date-time
             * @description when the last of these tokens has expired, and the entry is removed
             */
            expireAt?: string;
            /** @description id of the revocation */
            id?: string;
            /** @description whether all tokens of an account or those of one session */
            kind?: components["schemas"]["RevocationListRevocationKind"];
            /**
             * Format: date-time
             * @description tokens issued before are revoked
             */
            notBefore?: string;
            /** @description id of the account or of the session */
            subject?: string;
            /** @description id of the account */
            userId?: string;
        };
        /** @enum {string} */
        RevocationListRevocationKind: "user" | "session";
        /** @enum {string} */
        Role: "driver" | "rider" | "operator" | "admin";
        ServerTime: {
            /** @description server time, epoch ms with fractions: that of fixes, commands, offers and trips. In a replay it is not the time of day */
            domainMs: number;
            /** @description ms of server time in a ms of real time: 1, more in a fast replay */
            rate: number;
            /** @description the server's time of day, epoch ms: that of tokens */
            wallMs: number;
        };
        Share: {
            /**
             * Format: date-time
             * @description when it was made
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description when it ends, unless the trip does before
             */
            expiresAt: string;
            /** @description the rider's name for the link; null: none */
            label: string | null;
            /** @description when somebody last asked to open it; null: nobody has */
            lastOpenedAt: string | null;
            /** @description id of the share link; it opens nothing */
            shareId: string;
            /** @description open pages now */
            watching: number;
        };
        ShareList: {
            /** @description those that work, newest first */
            shares: components["schemas"]["Share"][];
        };
        ShareRevoked: {
            /**
             * @description it opens no more
             * @constant
             */
            revoked: true;
            /** @description id of the share link; it opens nothing */
            shareId: string;
        };
        ShareSession: {
            /**
             * Format: date-time
             * @description when the token expires; ask for the next one before
             */
            expiresAt: string;
            /** @description seconds until then, for clients whose clock is wrong */
            expiresIn: number;
            /**
             * Format: date-time
             * @description when the link ends, unless the trip does before
             */
            shareExpiresAt: string;
            /** @description for the `auth` of a socket of `/rider`, and for nothing else */
            token: string;
            /** @description the id to subscribe to: always `shared` */
            tripId: string;
        };
        SignedIn: {
            /**
             * Format: date-time
             * @description when the access token expires
             */
            expiresAt: string;
            /** @description seconds until then, for clients whose clock is wrong */
            expiresIn: number;
            /** @description id of the account */
            id: string;
            /**
             * Format: date-time
             * @description end of the session unless it is refreshed before
             */
            refreshExpiresAt: string;
            /** @description good for one `POST /v1/token`; store it in the secure storage of the device before you use `token` */
            refreshToken: string;
            /** @description role of the account */
            role: components["schemas"]["Role"];
            /** @description access token, for `Authorization: Bearer` and the `auth` of a socket; do not read what is in it */
            token: string;
        };
        SignIn: {
            /** @description login of the account, in any spelling; in development also the name of the operator */
            name: string;
            /** @description the password of the account */
            password: string;
        };
        TakeBucketEventsAnswer: {
            /** @description how many of the objects were uploads that had waited for this */
            filed: number;
        };
        TakeBucketEventsRequest: {
            /** @description events of the bucket */
            Records: components["schemas"]["TakeBucketEventsRequestRecord"][];
        };
        TakeBucketEventsRequestRecord: {
            /** @description ignored: every object is looked up */
            eventName?: string;
            /** @description what the event is about */
            s3: components["schemas"]["TakeBucketEventsRequestRecordS3"];
        };
        TakeBucketEventsRequestRecordS3: {
            /** @description the object that arrived */
            object: components["schemas"]["TakeBucketEventsRequestRecordS3Object"];
        };
        TakeBucketEventsRequestRecordS3Object: {
            /** @description its key, URL-encoded as S3 sends it */
            key: string;
        };
        Tariff: {
            /** @description for every ride, in the currency's minor units */
            baseMinor: number;
            /** @description ISO 4217 */
            currency: string;
            /** @description least fare of a ride, in the currency's minor units */
            minimumMinor: number;
            /** @description for each kilometre, in the currency's minor units; may have decimals */
            perKmMinor: number;
            /** @description for each minute, in the currency's minor units; may have decimals */
            perMinuteMinor: number;
        };
        /** @enum {string} */
        Tier: "standard" | "comfort" | "xl";
        /** @enum {string} */
        TripAttention: "driver_silent" | "fare_review";
        TripAudit: {
            /** @description newest first */
            entries: components["schemas"]["TripAuditEntry"][];
        };
        TripAuditEntry: {
            /** @description what was done, for example `trip.cancel` */
            action: string;
            /** @description who did it */
            actor: components["schemas"]["AuditActor"];
            /**
             * Format: date-time
             * @description when it was done
             */
            at: string;
            /** @description details by action, with the `reason` that was given */
            data: {
                [key: string]: unknown;
            };
        };
        TripBatch: {
            /** @description the trips */
            tripIds: string[];
        };
        TripBatchAnswer: {
            /** @description one for each item, in the order of the request */
            results: (components["schemas"]["TripBatchAnswerResultSuccess"] | components["schemas"]["BatchFailure"])[];
        };
        TripBatchAnswerResultSuccess: {
            /** @description id of the item */
            id: string;
            /**
             * @description this item succeeded
             * @constant
             */
            ok: true;
            /** @description its result */
            value: components["schemas"]["TripView"];
        };
        TripCandidates: {
            /** @description drivers who are only counted, by reason */
            byReason: {
                [key: string]: number;
            };
            /** @description drivers who were considered: of `byReason` and `drivers` */
            considered: number;
            /** @description the others, one by one */
            drivers: components["schemas"]["TripCandidatesDriver"][];
            /** @description id of the trip */
            tripId: string;
        };
        TripCandidatesDriver: {
            /**
             * Format: date-time
             * @description when it was decided
             */
            at: string;
            /** @description to the pick-up, metres in a straight line; null: not computed */
            distanceMetres: number | null;
            /** @description id of the driver */
            driverId: string;
            /** @description estimate until they are at the pick-up, seconds; null: not computed */
            etaSeconds: number | null;
            /** @description why they were or were not offered the trip, the last one */
            reason: components["schemas"]["CandidateReason"];
            /** @description in how many rounds of the search they were a candidate */
            rounds: number;
        };
        TripEvent: {
            /** @description who did it; `system`: the server, by a rule */
            actor: components["schemas"]["Actor"];
            /** @description when it happened, epoch ms of server time */
            at: number;
            /** @description details by type; `{}` when there are none, and for the holder of a share link */
            data: {
                [key: string]: unknown;
            };
            /** @description state of the trip after it */
            state: components["schemas"]["TripStateName"];
            /** @description id of the trip; `shared` for the holder of a share link */
            tripId: string;
            /** @description what happened; more types may come */
            type: string;
            /** @description 1, 2, 3 … of this trip, without gaps; a hole means that you missed one */
            version: number;
        };
        TripEvents: {
            /** @description oldest first */
            events: components["schemas"]["TripEvent"][];
        };
        TripHistories: {
            /** @description the trips */
            tripIds: string[];
        };
        TripHistoriesAnswer: {
            /** @description one for each item, in the order of the request */
            results: (components["schemas"]["TripHistoriesAnswerResultSuccess"] | components["schemas"]["BatchFailure"])[];
        };
        TripHistoriesAnswerResultSuccess: {
            /** @description id of the item */
            id: string;
            /**
             * @description this item succeeded
             * @constant
             */
            ok: true;
            /** @description its result */
            value: components["schemas"]["TripHistory"];
        };
        TripHistory: {
            /** @description commands that took effect, oldest first */
            commands: components["schemas"]["TripHistoryCommand"][];
            /** @description false: the trip had more commands than are kept */
            commandsComplete: boolean;
            /** @description who has it; null: nobody */
            driverId: string | null;
            /** @description oldest first */
            events: components["schemas"]["TripEvent"][];
            /** @description false: it has ended */
            open: boolean;
            /** @description state of the trip */
            state: components["schemas"]["TripStateName"];
            /** @description id of the trip */
            tripId: string;
            /** @description version of its newest event */
            version: number;
        };
        TripHistoryCommand: {
            /** @description id of the command, made by the client once and sent with every repeat: the command takes effect once */
            commandId: string;
            /** @description state after it */
            state: components["schemas"]["TripStateName"];
            /** @description version of the event that it made */
            version: number;
        };
        TripListAnswer: {
            /** @description `cursor` of the next page; null: this is the last one */
            next: string | null;
            /** @description newest first */
            trips: components["schemas"]["TripListAnswerTrip"][];
        };
        TripListAnswerTrip: {
            /** @description what an operator must look at: `driver_silent`, the phone of the driver sends nothing; `fare_review`, the ride ended without its driver and a person decides its fare. null: nothing */
            attention?: components["schemas"]["TripAttention"] | null;
            /** @description who has it; null: nobody yet, or nobody any more */
            driverId?: string | null;
            /** @description when the driver, who is silent or was at the end of the ride, was last heard; null: they are not */
            driverSilentSince?: string | null;
            /** @description where it ends */
            dropoff?: components["schemas"]["Point"];
            /** @description when it ended; null: it is open */
            endedAt?: string | null;
            /** @description the estimate made with the request; null: none was made */
            fare?: components["schemas"]["TripViewFare"] | null;
            /** @description every offer, for operators and admins; absent for others */
            offers?: components["schemas"]["TripViewOffer"][];
            /** @description false: it has ended */
            open?: boolean;
            /** @description where the ride begins */
            pickup?: components["schemas"]["Point"];
            /** @description why it ended; null: it has not, or no reason was given */
            reason?: string | null;
            /**
             * Format: date-time
             * @description when it was requested
             */
            requestedAt?: string;
            /** @description who requested it */
            riderId?: string;
            /** @description true: the rider may cancel the ride although it has started, since its driver is silent */
            riderMayEnd?: boolean;
            /** @description time of the pick-up that was requested; null: at once */
            scheduledAt?: string | null;
            /** @description `active`: the current ride of its driver; `queued`: the next one; null: without a driver */
            slot?: components["schemas"]["TripViewSlot"] | null;
            /** @description state of the trip */
            state?: components["schemas"]["TripStateName"];
            /** @description places between the two, in their order */
            stops?: components["schemas"]["Point"][];
            /** @description service tier that was requested */
            tier?: string;
            /** @description id of the trip */
            tripId?: string;
            /** @description version of its newest event */
            version?: number;
        };
        /** @enum {string} */
        TripStateName: "scheduled" | "searching" | "offered" | "accepted" | "arrived" | "in_progress" | "at_stop" | "completed" | "cancelled" | "no_show" | "no_drivers" | "failed";
        TripStatus: {
            /** @description current state of the trip */
            state: components["schemas"]["TripStateName"];
            /** @description id of the trip */
            tripId: string;
            /** @description version of its newest event */
            version: number;
        };
        TripView: {
            /** @description what an operator must look at: `driver_silent`, the phone of the driver sends nothing; `fare_review`, the ride ended without its driver and a person decides its fare. null: nothing */
            attention: components["schemas"]["TripAttention"] | null;
            /** @description who has it; null: nobody yet, or nobody any more */
            driverId: string | null;
            /** @description when the driver, who is silent or was at the end of the ride, was last heard; null: they are not */
            driverSilentSince: string | null;
            /** @description where it ends */
            dropoff: components["schemas"]["Point"];
            /** @description when it ended; null: it is open */
            endedAt: string | null;
            /** @description the estimate made with the request; null: none was made */
            fare: components["schemas"]["TripViewFare"] | null;
            /** @description every offer, for operators and admins; absent for others */
            offers?: components["schemas"]["TripViewOffer"][];
            /** @description false: it has ended */
            open: boolean;
            /** @description where the ride begins */
            pickup: components["schemas"]["Point"];
            /** @description why it ended; null: it has not, or no reason was given */
            reason: string | null;
            /**
             * Format: date-time
             * @description when it was requested
             */
            requestedAt: string;
            /** @description who requested it */
            riderId: string;
            /** @description true: the rider may cancel the ride although it has started, since its driver is silent */
            riderMayEnd: boolean;
            /** @description time of the pick-up that was requested; null: at once */
            scheduledAt: string | null;
            /** @description `active`: the current ride of its driver; `queued`: the next one; null: without a driver */
            slot: components["schemas"]["TripViewSlot"] | null;
            /** @description state of the trip */
            state: components["schemas"]["TripStateName"];
            /** @description places between the two, in their order */
            stops: components["schemas"]["Point"][];
            /** @description service tier that was requested */
            tier: string;
            /** @description id of the trip */
            tripId: string;
            /** @description version of its newest event */
            version: number;
        };
        TripViewFare: {
            /** @description true: the currency was not stored with the request and is the one that was in force later */
            assumed: boolean;
            /** @description ISO 4217 */
            currency: string;
            /** @description an integer of the currency's minor units (ISO 4217) */
            minor: number;
        };
        TripViewOffer: {
            /** @description to the pick-up, metres in a straight line */
            distanceMetres: number;
            /** @description who got the offer */
            driverId: string;
            /** @description when it ended; null: it is open */
            endedAt: string | null;
            /** @description estimate until this driver is at the pick-up, seconds */
            etaSeconds: number;
            /**
             * Format: date-time
             * @description end of the time to answer
             */
            expiresAt: string;
            /**
             * Format: date-time
             * @description when it was made
             */
            offeredAt: string;
            /** @description id of the offer: `<tripId>_<attempt>`, never used twice */
            offerId: string;
            /** @description how it ended, or `open` */
            state: components["schemas"]["TripViewOfferState"];
        };
        /** @enum {string} */
        TripViewOfferState: "open" | "accepted" | "declined" | "expired" | "undelivered" | "revoked";
        /** @enum {string} */
        TripViewSlot: "active" | "queued";
        TripWatcher: {
            /** @description the rider's name for the link; null: none, or not for the caller */
            label: string | null;
            /** @description `rider`: the rider; `share`: whoever has this link */
            role: components["schemas"]["WatcherRole"];
            /** @description which link; null: of the rider, and in the answer to the driver */
            shareId: string | null;
            /**
             * Format: date-time
             * @description when the first of their sockets began to follow
             */
            since: string;
            /** @description their open sockets */
            sockets: number;
        };
        TripWatchers: {
            /** @description open sockets that follow the trip */
            count: number;
            /** @description id of the trip */
            tripId: string;
            /** @description whose they are */
            watchers: components["schemas"]["TripWatcher"][];
        };
        UploadFixesRequest: components["schemas"]["LocationUpdate"] | components["schemas"]["BackgroundUpload"];
        Vehicle: {
            /** @description colour, make and model */
            description: string;
            /** @description id of the vehicle */
            id: string;
            /** @description licence plate */
            plate: string;
        };
        VehicleInput: {
            /** @description colour, make and model */
            description: string;
            /** @description licence plate */
            plate: string;
        };
        /** @enum {string} */
        Verdict: "ok" | "range" | "null_island" | "accuracy" | "future" | "stale" | "duplicate" | "implausible" | "mock";
        /** @enum {string} */
        WatcherRole: "rider" | "share";
    };
    responses: never;
    parameters: {
        /**
         * @description Made by the client, a UUID for example. A request repeated under the same key within 24 h is performed once and gets the same answer. A structured field string (`"…"`), as in the IETF draft on the header; without the quotes it means the same.
         * @example "8e03978e-40d5-43dd-bc93-6894a57f9324"
         */
        IdempotencyKey: string;
        /**
         * @description The `ETag` of the answer that you have: 304 without a body when it is still the same.
         * @example W/"pzBpM0vkk2o0ZbFq"
         */
        IfNoneMatch: string;
    };
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getTokenKeys: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the answer that you have: 304 without a body when it is still the same.
                 * @example W/"pzBpM0vkk2o0ZbFq"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "keys": [
                     *         {
                     *           "kty": "OKP",
                     *           "crv": "Ed25519",
                     *           "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
                     *           "kid": "2027-03",
                     *           "alg": "EdDSA",
                     *           "use": "sig"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Jwks"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the answer that you have: 304 without a body when it is still the same.
                 * @example W/"pzBpM0vkk2o0ZbFq"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ok",
                     *       "process": "api-1",
                     *       "level": 0,
                     *       "reasons": [
                     *         {
                     *           "dependency": "text",
                     *           "reason": "the rider asked for it"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getLiveness: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the answer that you have: 304 without a body when it is still the same.
                 * @example W/"pzBpM0vkk2o0ZbFq"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ok",
                     *       "process": "api-1",
                     *       "level": 0,
                     *       "reasons": [
                     *         {
                     *           "dependency": "text",
                     *           "reason": "the rider asked for it"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the answer that you have: 304 without a body when it is still the same.
                 * @example W/"pzBpM0vkk2o0ZbFq"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ok",
                     *       "process": "api-1",
                     *       "level": 0,
                     *       "reasons": [
                     *         {
                     *           "dependency": "text",
                     *           "reason": "the rider asked for it"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createAccount: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Made by the client, a UUID for example. A request repeated under the same key within 24 h is performed once and gets the same answer. A structured field string (`"…"`), as in the IETF draft on the header; without the quotes it means the same.
                 * @example "8e03978e-40d5-43dd-bc93-6894a57f9324"
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "login": "mai@rideline.example.com",
                 *       "password": "correct horse battery",
                 *       "name": "Mai Tran",
                 *       "role": "rider"
                 *     }
                 */
                "application/json": components["schemas"]["CreateAccount"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "token": "eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCJ9…",
                     *       "expiresAt": "2027-03-01T08:30:00.000Z",
                     *       "expiresIn": 900,
                     *       "refreshToken": "rt_5f0c…",
                     *       "refreshExpiresAt": "2027-03-01T08:30:00.000Z",
                     *       "role": "rider",
                     *       "id": "driver-42"
                     *     }
                     */
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAuditEntries: {
        parameters: {
            query?: {
                /** @description Only entries of this action, for example `trip.cancel`. */
                action?: string;
                /** @description id of the account */
                actor?: string;
                /** @description Start of the page: the `next` of the previous one. Absent: the first page. */
                cursor?: string;
                /** @description fields to answer, comma separated; all when absent */
                fields?: string;
                /** @description Begin of the period, inclusive. */
                from?: string;
                /** @description Most items of the page. */
                limit?: number;
                /** @description Only entries about this: kind and id, for example `trip:<id>`. */
                target?: string;
                /** @description End of the period, exclusive. */
                to?: string;
            };
            header?: {
                /**
                 * @description The `ETag` of the answer that you have: 304 without a body when it is still the same.
                 * @example W/"pzBpM0vkk2o0ZbFq"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "entries": [
                     *         {
                     *           "id": "driver-42",
                     *           "at": "2027-03-01T08:30:00.000Z",
                     *           "actor": {
                     *             "role": "rider",
                     *             "id": "driver-42"
                     *           },
                     *           "action": "arrived",
                     *           "target": "trip:019b76a2-7f3c-7d10-9c55-3f1f2a6a9e01",
                     *           "data": {}
                     *         }
                     *       ],
                     *       "next": "eyJhZnRlciI6IjAxOWI3NmEyIn0"
                     *     }
                     */
                    "application/json": components["schemas"]["AuditList"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    openBoardSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "url": "/v1/admin/board",
                     *       "expiresAt": "2027-03-01T08:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["BoardSession"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listCaches: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the answer that you have: 304 without a body when it is still the same.
                 * @example W/"pzBpM0vkk2o0ZbFq"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "process": "api-1",
                     *       "caches": [
                     *         {
                     *           "cache": "text",
                     *           "reads": 0,
                     *           "hitRate": 0.97,
                     *           "process": 41,
                     *           "hit": 0,
                     *           "miss": 0,
                     *           "degraded": 0,
                     *           "stale": 0,
                     *           "ttlMs": 0
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["CacheList"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setCatalogueTier: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Service tier.
                 * @example standard
                 */
                tier: components["schemas"]["Tier"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "version": 4,
                 *       "open": true,
                 *       "reason": "the rider asked for it"
                 *     }
                 */
                "application/json": components["schemas"]["PutCatalogueTier"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "version": 4,
                     *       "tiers": [
                     *         {
                     *           "tier": "standard",
                     *           "open": true,
                     *           "tariff": {
                     *             "currency": "VND",
                     *             "baseMinor": 15000,
                     *             "perKmMinor": 12000,
                     *             "perMinuteMinor": 400,
                     *             "minimumMinor": 25000
                     *           }
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Catalogue"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDrivers: {
        parameters: {
            query?: {
                /** @description Start of the page: the `next` of the previous one. Absent: the first page. */
                cursor?: string;
                /** @description fields to answer, comma separated; all when absent */
                fields?: string;
                /** @description Most items of the page. */
                limit?: number;
                /** @description Service tier. */
                tier?: components["schemas"]["Tier"];
                /** @description Only items of this vehicle. */
                vehicleId?: string;
            };
            header?: {
                /**
                 * @description The `ETag` of the answer that you have: 304 without a body when it is still the same.
                 * @example W/"pzBpM0vkk2o0ZbFq"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "drivers": [
                     *         {
                     *           "driverId": "driver-42",
                     *           "name": "Mai Tran",
                     *           "login": "mai@rideline.example.com",
                     *           "state": "active",
                     *           "createdAt": "2027-03-01T08:30:00.000Z",
                     *           "tier": "text",
                     *           "vehicle": {
                     *             "id": "driver-42",
                     *             "description": "white Toyota Vios",
                     *             "plate": "51F-123.45"
                     *           },
                     *           "status": "available",
                     *           "lastFixAt": "2027-03-01T08:30:00.000Z"
                     *         }
                     *       ],
                     *       "next": "eyJhZnRlciI6IjAxOWI3NmEyIn0"
                     *     }
                     */
                    "application/json": components["schemas"]["AdminDriverList"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listErasures: {
        parameters: {
            query?: {
                /** @description Start of the page: the `next` of the previous one. Absent: the first page. */
                cursor?: string;
                /** @description fields to answer, comma separated; all when absent */
                fields?: string;
                /** @description Most items of the page. */
                limit?: number;
                /** @description Only items of this user. */
                userId?: string;
            };
            header?: {
                /**
                 * @description The `ETag` of the answer that you have: 304 without a body when it is still the same.
                 * @example W/"pzBpM0vkk2o0ZbFq"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "erasures": [
                     *         {
                     *           "erasureId": "text",
                     *           "userId": "rider-7",
                     *           "role": "rider",
                     *           "state": "waiting",
                     *           "blockedBy": "trip:019b76a2-7f3c-7d10-9c55-3f1f2a6a9e01 is open",
                     *           "requestedAt": "2027-03-01T08:30:00.000Z",
                     *           "finishedAt": "2027-03-01T08:30:00.000Z",
                     *           "steps": [
                     *             {
                     *               "name": "Mai Tran",
                     *               "state": "waiting",
                     *               "touched": 0,
                     *               "finishedAt": "2027-03-01T08:30:00.000Z"
                     *             }
                     *           ],
                     *           "proof": {
                     *             "at": "2027-03-01T08:30:00.000Z",
                     *             "stores": [
                     *               {
                     *                 "store": "mongo:trips",
                     *                 "searched": 0,
                     *                 "found": 0,
                     *                 "kept": "text"
                     *               }
                     *             ],
                     *             "clean": true
                     *           }
                     *         }
                     *       ],
                     *       "next": "eyJhZnRlciI6IjAxOWI3NmEyIn0"
                     *     }
                     */
                    "application/json": components["schemas"]["ErasureListAnswer"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getErasure: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the answer that you have: 304 without a body when it is still the same.
                 * @example W/"pzBpM0vkk2o0ZbFq"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description Id of the erasure.
                 * @example 019b76a2-7f3c-7d10-9c55-3f1f2a6a9e01
                 */
                erasureId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "erasureId": "text",
                     *       "userId": "rider-7",
                     *       "role": "rider",
                     *       "state": "waiting",
                     *       "blockedBy": "trip:019b76a2-7f3c-7d10-9c55-3f1f2a6a9e01 is open",
                     *       "requestedAt": "2027-03-01T08:30:00.000Z",
                     *       "finishedAt": "2027-03-01T08:30:00.000Z",
                     *       "steps": [
                     *         {
                     *           "name": "Mai Tran",
                     *           "state": "waiting",
                     *           "touched": 0,
                     *           "finishedAt": "2027-03-01T08:30:00.000Z"
                     *         }
                     *       ],
                     *       "proof": {
                     *         "at": "2027-03-01T08:30:00.000Z",
                     *         "stores": [
                     *           {
                     *             "store": "mongo:trips",
                     *             "searched": 0,
                     *             "found": 0,
                     *             "kept": "text"
                     *           }
                     *         ],
                     *         "clean": true
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Erasure"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportFinance: {
        parameters: {
            query: {
                /** @description Begin of the period, inclusive. */
                from: string;
                /** @description End of the period, exclusive. */
                to: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listRequestLimits: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the answer that you have: 304 without a body when it is still the same.
                 * @example W/"pzBpM0vkk2o0ZbFq"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "limits": [
                     *         {
                     *           "name": "Mai Tran",
                     *           "points": 100,
                     *           "windowSeconds": 60,
                     *           "by": "text",
                     *           "whenRedisIsAway": "text",
                     *           "over": "429 SCALE_003",
                     *           "help": "text",
                     *           "blocked": [
                     *             {
                     *               "key": "quarantine/main/019b76a2-9001-7c3e-a3d5-0a4a8c1d5b03.jpg",
                     *               "used": 12,
                     *               "resetMs": 0
                     *             }
                     *           ]
                     *         }
                     *       ],
                     *       "complete": true
                     *     }
                     */
                    "application/json": components["schemas"]["AdminLimits"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    erasePerson: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Made by the client, a UUID for example. A request repeated under the same key within 24 h is performed once and gets the same answer. A structured field string (`"…"`), as in the IETF draft on the header; without the quotes it means the same.
                 * @example "8e03978e-40d5-43dd-bc93-6894a57f9324"
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description Id of the user.
                 * @example rider-7
                 */
                userId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "the rider asked for it"
                 *     }
                 */
                "application/json": components["schemas"]["Reason"];
            };
        };
        responses: {
            /** @description Accepted. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "erasureId": "text",
                     *       "userId": "rider-7",
                     *       "role": "rider",
                     *       "state": "waiting",
                     *       "blockedBy": "trip:019b76a2-7f3c-7d10-9c55-3f1f2a6a9e01 is open",
                     *       "requestedAt": "2027-03-01T08:30:00.000Z",
                     *       "finishedAt": "2027-03-01T08:30:00.000Z",
                     *       "steps": [
                     *         {
                     *           "name": "Mai Tran",
                     *           "state": "waiting",
                     *           "touched": 0,
                     *           "finishedAt": "2027-03-01T08:30:00.000Z"
                     *         }
                     *       ],
                     *       "proof": {
                     *         "at": "2027-03-01T08:30:00.000Z",
                     *         "stores": [
                     *           {
                     *             "store": "mongo:trips",
                     *             "searched": 0,
                     *             "found": 0,
                     *             "kept": "text"
                     *           }
                     *         ],
                     *         "clean": true
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Erasure"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportPerson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the user.
                 * @example rider-7
                 */
                userId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "the rider asked for it"
                 *     }
                 */
                "application/json": components["schemas"]["PersonExport"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createPromotion: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Made by the client, a UUID for example. A request repeated under the same key within 24 h is performed once and gets the same answer. A structured field string (`"…"`), as in the IETF draft on the header; without the quotes it means the same.
                 * @example "8e03978e-40d5-43dd-bc93-6894a57f9324"
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "code": "SPRING-20",
                 *       "percentOff": 20,
                 *       "from": "2027-03-01T00:00:00Z",
                 *       "until": "2027-04-01T00:00:00Z",
                 *       "reason": "the rider asked for it"
                 *     }
                 */
                "application/json": components["schemas"]["CreatePromotion"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "version": 4,
                     *       "promotions": [
                     *         {
                     *           "code": "SPRING-20",
                     *           "tier": "standard",
                     *           "percentOff": 20,
                     *           "from": "2027-03-01T00:00:00Z",
                     *           "until": "2027-04-01T00:00:00Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["PromotionList"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    endPromotion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description code of the promotion
                 * @example SPRING-20
                 */
                code: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "the rider asked for it"
                 *     }
                 */
                "application/json": components["schemas"]["Reason"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "version": 4,
                     *       "promotions": [
                     *         {
                     *           "code": "SPRING-20",
                     *           "tier": "standard",
                     *           "percentOff": 20,
                     *           "from": "2027-03-01T00:00:00Z",
                     *           "until": "2027-04-01T00:00:00Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["PromotionList"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listRegions: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the answer that you have: 304 without a body when it is still the same.
                 * @example W/"pzBpM0vkk2o0ZbFq"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "regions": [
                     *         {
                     *           "region": "main",
                     *           "version": 4,
                     *           "retentionDays": 90,
                     *           "currency": "VND",
                     *           "zone": "Asia/Ho_Chi_Minh",
                     *           "locale": "vi-VN",
                     *           "updatedAt": "2027-03-01T08:30:00.000Z",
                     *           "retentionChange": {
                     *             "version": 4,
                     *             "retentionDays": 90,
                     *             "state": "waiting",
                     *             "startsAt": "2027-03-01T08:30:00.000Z",
                     *             "documents": 0,
                     *             "checked": 1200,
                     *             "changed": 0,
                     *             "skipped": 0,
                     *             "finishedAt": "2027-03-01T08:30:00.000Z"
                     *           }
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["RegionList"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setRegion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description id of the region
                 * @example main
                 */
                region: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "version": 4,
                 *       "retentionDays": 90,
                 *       "currency": "VND",
                 *       "zone": "Asia/Ho_Chi_Minh",
                 *       "locale": "vi-VN",
                 *       "reason": "the rider asked for it"
                 *     }
                 */
                "application/json": components["schemas"]["PutRegion"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "region": "main",
                     *       "version": 4,
                     *       "retentionDays": 90,
                     *       "currency": "VND",
                     *       "zone": "Asia/Ho_Chi_Minh",
                     *       "locale": "vi-VN",
                     *       "updatedAt": "2027-03-01T08:30:00.000Z",
                     *       "retentionChange": {
                     *         "version": 4,
                     *         "retentionDays": 90,
                     *         "state": "waiting",
                     *         "startsAt": "2027-03-01T08:30:00.000Z",
                     *         "documents": 0,
                     *         "checked": 1200,
                     *         "changed": 0,
                     *         "skipped": 0,
                     *         "finishedAt": "2027-03-01T08:30:00.000Z"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["RegionSettings"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listRevocations: {
        parameters: {
            query?: {
                /** @description Start of the page: the `next` of the previous one. Absent: the first page. */
                cursor?: string;
                /** @description fields to answer, comma separated; all when absent */
                fields?: string;
                /** @description Most items of the page. */
                limit?: number;
                /** @description Only revocations of this user or session. */
                subject?: string;
            };
            header?: {
                /**
                 * @description The `ETag` of the answer that you have: 304 without a body when it is still the same.
                 * @example W/"pzBpM0vkk2o0ZbFq"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "revocations": [
                     *         {
                     *           "id": "driver-42",
                     *           "kind": "user",
                     *           "subject": "rider-7",
                     *           "userId": "rider-7",
                     *           "notBefore": "2027-03-01T08:30:00.000Z",
                     *           "at": "2027-03-01T08:30:00.000Z",
                     *           "expireAt": "2027-03-01T08:30:00.000Z"
                     *         }
                     *       ],
                     *       "next": "eyJhZnRlciI6IjAxOWI3NmEyIn0"
                     *     }
                     */
                    "application/json": components["schemas"]["RevocationList"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listRiders: {
        parameters: {
            query?: {
                /** @description Start of the page: the `next` of the previous one. Absent: the first page. */
                cursor?: string;
                /** @description fields to answer, comma separated; all when absent */
                fields?: string;
                /** @description Most items of the page. */
                limit?: number;
                /** @description Only the account with this login, in any spelling. */
                login?: string;
                /** @description Only items in this state. */
                state?: components["schemas"]["AccountState"];
            };
            header?: {
                /**
                 * @description The `ETag` of the answer that you have: 304 without a body when it is still the same.
                 * @example W/"pzBpM0vkk2o0ZbFq"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "riders": [
                     *         {
                     *           "riderId": "rider-7",
                     *           "name": "Mai Tran",
                     *           "login": "mai@rideline.example.com",
                     *           "state": "active",
                     *           "createdAt": "2027-03-01T08:30:00.000Z"
                     *         }
                     *       ],
                     *       "next": "eyJhZnRlciI6IjAxOWI3NmEyIn0"
                     *     }
                     */
                    "application/json": components["schemas"]["AdminRiderList"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAsyncApi: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the answer that you have: 304 without a body when it is still the same.
                 * @example W/"pzBpM0vkk2o0ZbFq"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /** @example {} */
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    takeBucketEvents: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "Records": [
                 *         {
                 *           "s3": {
                 *             "object": {
                 *               "key": "quarantine/main/019b76a2-9001-7c3e-a3d5-0a4a8c1d5b03.jpg"
                 *             }
                 *           }
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["TakeBucketEventsRequest"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "filed": 0
                     *     }
                     */
                    "application/json": components["schemas"]["TakeBucketEventsAnswer"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getCatalogue: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the answer that you have: 304 without a body when it is still the same.
                 * @example W/"pzBpM0vkk2o0ZbFq"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "version": 4,
                     *       "tiers": [
                     *         {
                     *           "tier": "standard",
                     *           "open": true,
                     *           "tariff": {
                     *             "currency": "VND",
                     *             "baseMinor": 15000,
                     *             "perKmMinor": 12000,
                     *             "perMinuteMinor": 400,
                     *             "minimumMinor": 25000
                     *           }
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Catalogue"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDeadLetterSources: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the answer that you have: 304 without a body when it is still the same.
                 * @example W/"pzBpM0vkk2o0ZbFq"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "sources": [
                     *         {
                     *           "source": "document-processing",
                     *           "kind": "stream",
                     *           "count": 3,
                     *           "byCause": {},
                     *           "counted": 3
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["DeadLetterSources"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDeadLetters: {
        parameters: {
            query?: {
                /** @description Start of the page: the `next` of the previous one. Absent: the first page. */
                cursor?: string;
                /** @description fields to answer, comma separated; all when absent */
                fields?: string;
                /** @description Most items of the page. */
                limit?: number;
            };
            header?: {
                /**
                 * @description The `ETag` of the answer that you have: 304 without a body when it is still the same.
                 * @example W/"pzBpM0vkk2o0ZbFq"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description A queue’s name, or `fixes-<shard>`.
                 * @example document-processing
                 */
                source: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "letters": [
                     *         {
                     *           "id": "driver-42",
                     *           "cause": "record",
                     *           "reason": "the rider asked for it",
                     *           "at": "2027-03-01T08:30:00.000Z",
                     *           "attempts": 1,
                     *           "replayable": true,
                     *           "entry": "1772353800000-0",
                     *           "driverId": "driver-42",
                     *           "boot": "b-2027-03-01-1",
                     *           "seqs": [
                     *             118,
                     *             119
                     *           ],
                     *           "bytes": 640,
                     *           "job": "text"
                     *         }
                     *       ],
                     *       "next": "eyJhZnRlciI6IjAxOWI3NmEyIn0"
                     *     }
                     */
                    "application/json": components["schemas"]["DeadLetterListAnswer"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replayDeadLetter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the dead letter.
                 * @example driver-42
                 */
                id: string;
                /**
                 * @description A queue’s name, or `fixes-<shard>`.
                 * @example document-processing
                 */
                source: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "the rider asked for it"
                 *     }
                 */
                "application/json": components["schemas"]["Reason"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "driver-42",
                     *       "outcome": "replayed"
                     *     }
                     */
                    "application/json": components["schemas"]["ReplayedDeadLetter"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replayDeadLetters: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description A queue’s name, or `fixes-<shard>`.
                 * @example document-processing
                 */
                source: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "the rider asked for it"
                 *     }
                 */
                "application/json": components["schemas"]["ReplayDeadLetters"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "replayed": 0,
                     *       "already": 0,
                     *       "refused": 0,
                     *       "next": "eyJhZnRlciI6IjAxOWI3NmEyIn0"
                     *     }
                     */
                    "application/json": components["schemas"]["ReplayedDeadLetters"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    importTrip: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Made by the client, a UUID for example. A request repeated under the same key within 24 h is performed once and gets the same answer. A structured field string (`"…"`), as in the IETF draft on the header; without the quotes it means the same.
                 * @example "8e03978e-40d5-43dd-bc93-6894a57f9324"
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "tripId": "019b76a2-7f3c-7d10-9c55-3f1f2a6a9e01",
                 *       "riderId": "rider-7",
                 *       "driverId": "driver-42",
                 *       "pickup": {
                 *         "lat": 10.7769,
                 *         "lng": 106.7009
                 *       },
                 *       "dropoff": {
                 *         "lat": 10.7769,
                 *         "lng": 106.7009
                 *       },
                 *       "at": "2027-03-01T08:30:00.000Z"
                 *     }
                 */
                "application/json": components["schemas"]["ImportTrip"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "tripId": "019b76a2-7f3c-7d10-9c55-3f1f2a6a9e01",
                     *       "state": "accepted",
                     *       "version": 4,
                     *       "open": true,
                     *       "riderId": "rider-7",
                     *       "driverId": "driver-42",
                     *       "slot": "active",
                     *       "tier": "text",
                     *       "pickup": {
                     *         "lat": 10.7769,
                     *         "lng": 106.7009
                     *       },
                     *       "dropoff": {
                     *         "lat": 10.7769,
                     *         "lng": 106.7009
                     *       },
                     *       "stops": [
                     *         {
                     *           "lat": 10.7769,
                     *           "lng": 106.7009
                     *         }
                     *       ],
                     *       "reason": "the rider asked for it",
                     *       "requestedAt": "2027-03-01T08:30:00.000Z",
                     *       "scheduledAt": "2027-03-01T08:30:00.000Z",
                     *       "endedAt": "2027-03-01T08:30:00.000Z",
                     *       "attention": "driver_silent",
                     *       "driverSilentSince": "2027-03-01T08:30:00.000Z",
                     *       "riderMayEnd": true,
                     *       "fare": {
                     *         "minor": 51200,
                     *         "currency": "VND",
                     *         "assumed": true
                     *       },
                     *       "offers": [
                     *         {
                     *           "offerId": "019b76a2-7f3c-7d10-9c55-3f1f2a6a9e01_1",
                     *           "driverId": "driver-42",
                     *           "state": "accepted",
                     *           "offeredAt": "2027-03-01T08:30:00.000Z",
                     *           "expiresAt": "2027-03-01T08:30:00.000Z",
                     *           "endedAt": "2027-03-01T08:30:00.000Z",
                     *           "etaSeconds": 190,
                     *           "distanceMetres": 840
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["TripView"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    closeImportedTrip: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the trip.
                 * @example 019b76a2-7f3c-7d10-9c55-3f1f2a6a9e01
                 */
                tripId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "at": "2027-03-01T08:30:00.000Z"
                 *     }
                 */
                "application/json": components["schemas"]["CloseTrip"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "tripId": "019b76a2-7f3c-7d10-9c55-3f1f2a6a9e01",
                     *       "state": "accepted",
                     *       "version": 4,
                     *       "open": true,
                     *       "riderId": "rider-7",
                     *       "driverId": "driver-42",
                     *       "slot": "active",
                     *       "tier": "text",
                     *       "pickup": {
                     *         "lat": 10.7769,
                     *         "lng": 106.7009
                     *       },
                     *       "dropoff": {
                     *         "lat": 10.7769,
                     *         "lng": 106.7009
                     *       },
                     *       "stops": [
                     *         {
                     *           "lat": 10.7769,
                     *           "lng": 106.7009
                     *         }
                     *       ],
                     *       "reason": "the rider asked for it",
                     *       "requestedAt": "2027-03-01T08:30:00.000Z",
                     *       "scheduledAt": "2027-03-01T08:30:00.000Z",
                     *       "endedAt": "2027-03-01T08:30:00.000Z",
                     *       "attention": "driver_silent",
                     *       "driverSilentSince": "2027-03-01T08:30:00.000Z",
                     *       "riderMayEnd": true,
                     *       "fare": {
                     *         "minor": 51200,
                     *         "currency": "VND",
                     *         "assumed": true
                     *       },
                     *       "offers": [
                     *         {
                     *           "offerId": "019b76a2-7f3c-7d10-9c55-3f1f2a6a9e01_1",
                     *           "driverId": "driver-42",
                     *           "state": "accepted",
                     *           "offeredAt": "2027-03-01T08:30:00.000Z",
                     *           "expiresAt": "2027-03-01T08:30:00.000Z",
                     *           "endedAt": "2027-03-01T08:30:00.000Z",
                     *           "etaSeconds": 190,
                     *           "distanceMetres": 840
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["TripView"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    registerDevice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the device.
                 * @example phone-7c1e
                 */
                deviceId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "platform": "android",
                 *       "token": "fcm-token"
                 *     }
                 */
                "application/json": components["schemas"]["PutDevice"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "deviceId": "phone-7c1e",
                     *       "platform": "android",
                     *       "updatedAt": "2027-03-01T08:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Device"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeDevice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the device.
                 * @example phone-7c1e
                 */
                deviceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "deviceId": "phone-7c1e",
                     *       "removed": true
                     *     }
                     */
                    "application/json": components["schemas"]["DeviceRemoved"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDocumentReviews: {
        parameters: {
            query?: {
                /** @description Start of the page: the `next` of the previous one. Absent: the first page. */
                cursor?: string;
                /** @description fields to answer, comma separated; all when absent */
                fields?: string;
                /** @description Most items of the page. */
                limit?: number;
                /** @description Only documents of this type. */
                type?: components["schemas"]["DocumentType"];
            };
            header?: {
                /**
                 * @description The `ETag` of the answer that you have: 304 without a body when it is still the same.
                 * @example W/"pzBpM0vkk2o0ZbFq"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "documents": [
                     *         {
                     *           "documentId": "019b76a2-9001-7c3e-a3d5-0a4a8c1d5b03",
                     *           "userId": "rider-7",
                     *           "type": "driving_licence",
                     *           "status": "granted",
                     *           "version": 4,
                     *           "size": 482113,
                     *           "contentType": "image/jpeg",
                     *           "createdAt": "2027-03-01T08:30:00.000Z",
                     *           "updatedAt": "2027-03-01T08:30:00.000Z",
                     *           "expiresAt": "2027-03-01T08:30:00.000Z",
                     *           "rejection": {
                     *             "code": "UNKNOWN_FORMAT",
                     *             "text": "The trip is not known."
                     *           },
                     *           "review": {
                     *             "state": "pending",
                     *             "reason": "the rider asked for it",
                     *             "at": "2027-03-01T08:30:00.000Z"
                     *           },
                     *           "validUntil": "2027-03-01T08:30:00.000Z",
                     *           "validUntilDay": "2027-03-01",
                     *           "facts": {}
                     *         }
                     *       ],
                     *       "next": "eyJhZnRlciI6IjAxOWI3NmEyIn0"
                     *     }
                     */
                    "application/json": components["schemas"]["DocumentListAnswer"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reviewDocuments: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reviews": [
                 *         {
                 *           "decision": "approve",
                 *           "version": 4,
                 *           "documentId": "019b76a2-9001-7c3e-a3d5-0a4a8c1d5b03"
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["ReviewBatch"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "results": [
                     *         {
                     *           "ok": true,
                     *           "id": "driver-42",
                     *           "value": {
                     *             "documentId": "019b76a2-9001-7c3e-a3d5-0a4a8c1d5b03",
                     *             "userId": "rider-7",
                     *             "type": "driving_licence",
                     *             "status": "granted",
                     *             "version": 4,
                     *             "size": 482113,
                     *             "contentType": "image/jpeg",
                     *             "createdAt": "2027-03-01T08:30:00.000Z",
                     *             "updatedAt": "2027-03-01T08:30:00.000Z",
                     *             "expiresAt": "2027-03-01T08:30:00.000Z",
                     *             "rejection": {
                     *               "code": "UNKNOWN_FORMAT",
                     *               "text": "The trip is not known."
                     *             },
                     *             "review": {
                     *               "state": "pending",
                     *               "reason": "the rider asked for it",
                     *               "at": "2027-03-01T08:30:00.000Z"
                     *             },
                     *             "validUntil": "2027-03-01T08:30:00.000Z",
                     *             "validUntilDay": "2027-03-01",
                     *             "facts": {}
                     *           }
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ReviewBatchAnswer"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDocuments: {
        parameters: {
            query?: {
                /** @description Start of the page: the `next` of the previous one. Absent: the first page. */
                cursor?: string;
                /** @description fields to answer, comma separated; all when absent */
                fields?: string;
                /** @description Most items of the page. */
                limit?: number;
                /** @description Only items with this status. */
                status?: components["schemas"]["DocumentStatus"];
                /** @description Only documents of this type. */
                type?: components["schemas"]["DocumentType"];
                /** @description Only items of this user. */
                userId?: string;
            };
            header?: {
                /**
                 * @description The `ETag` of the answer that you have: 304 without a body when it is still the same.
                 * @example W/"pzBpM0vkk2o0ZbFq"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "documents": [
                     *         {
                     *           "documentId": "019b76a2-9001-7c3e-a3d5-0a4a8c1d5b03",
                     *           "userId": "rider-7",
                     *           "type": "driving_licence",
                     *           "status": "granted",
                     *           "version": 4,
                     *           "size": 482113,
                     *           "contentType": "image/jpeg",
                     *           "createdAt": "2027-03-01T08:30:00.000Z",
                     *           "updatedAt": "2027-03-01T08:30:00.000Z",
                     *           "expiresAt": "2027-03-01T08:30:00.000Z",
                     *           "rejection": {
                     *             "code": "UNKNOWN_FORMAT",
                     *             "text": "The trip is not known."
                     *           },
                     *           "review": {
                     *             "state": "pending",
                     *             "reason": "the rider asked for it",
                     *             "at": "2027-03-01T08:30:00.000Z"
                     *           },
                     *           "validUntil": "2027-03-01T08:30:00.000Z",
                     *           "validUntilDay": "2027-03-01",
                     *           "facts": {}
                     *         }
                     *       ],
                     *       "next": "eyJhZnRlciI6IjAxOWI3NmEyIn0"
                     *     }
                     */
                    "application/json": components["schemas"]["DocumentListAnswer"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    requestDocument: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Made by the client, a UUID for example. A request repeated under the same key within 24 h is performed once and gets the same answer. A structured field string (`"…"`), as in the IETF draft on the header; without the quotes it means the same.
                 * @example "8e03978e-40d5-43dd-bc93-6894a57f9324"
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "type": "driving_licence",
                 *       "size": 482113,
                 *       "contentType": "image/jpeg",
                 *       "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
                 *     }
                 */
                "application/json": components["schemas"]["RequestDocument"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "documentId": "019b76a2-9001-7c3e-a3d5-0a4a8c1d5b03",
                     *       "presignedUrl": "https://objects.rideline.example.com/rideline",
                     *       "fields": {},
                     *       "key": "quarantine/main/019b76a2-9001-7c3e-a3d5-0a4a8c1d5b03.jpg",
                     *       "expiresAt": "2027-03-01T08:30:00.000Z",
                     *       "curl": "curl -F key=quarantine/… -F 'file=@FILE' https://objects.rideline.example.com/rideline"
                     *     }
                     */
                    "application/json": components["schemas"]["DocumentGrant"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDocument: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the answer that you have: 304 without a body when it is still the same.
                 * @example W/"pzBpM0vkk2o0ZbFq"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description Id of the document.
                 * @example 019b76a2-9001-7c3e-a3d5-0a4a8c1d5b03
                 */
                documentId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "documentId": "019b76a2-9001-7c3e-a3d5-0a4a8c1d5b03",
                     *       "userId": "rider-7",
                     *       "type": "driving_licence",
                     *       "status": "granted",
                     *       "version": 4,
                     *       "size": 482113,
                     *       "contentType": "image/jpeg",
                     *       "createdAt": "2027-03-01T08:30:00.000Z",
                     *       "updatedAt": "2027-03-01T08:30:00.000Z",
                     *       "expiresAt": "2027-03-01T08:30:00.000Z",
                     *       "rejection": {
                     *         "code": "UNKNOWN_FORMAT",
                     *         "text": "The trip is not known."
                     *       },
                     *       "review": {
                     *         "state": "pending",
                     *         "reason": "the rider asked for it",
                     *         "at": "2027-03-01T08:30:00.000Z"
                     *       },
                     *       "validUntil": "2027-03-01T08:30:00.000Z",
                     *       "validUntilDay": "2027-03-01",
                     *       "facts": {},
                     *       "links": {
                     *         "file": "https://objects.rideline.example.com/rideline",
                     *         "thumbnail": "https://objects.rideline.example.com/rideline",
                     *         "expiresAt": "2027-03-01T08:30:00.000Z"
                     *       },
                     *       "dayZone": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["DocumentDetail"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    completeDocument: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the document.
                 * @example 019b76a2-9001-7c3e-a3d5-0a4a8c1d5b03
                 */
                documentId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "documentId": "019b76a2-9001-7c3e-a3d5-0a4a8c1d5b03",
                     *       "jobId": "019b76a2-9001-7c3e-a3d5-0a4a8c1d5b03",
                     *       "queuePosition": 0,
                     *       "estimatedWaitMs": 0,
                     *       "code": "SCALE_001"
                     *     }
                     */
                    "application/json": components["schemas"]["DocumentAccepted"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reviewDocument: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the document.
                 * @example 019b76a2-9001-7c3e-a3d5-0a4a8c1d5b03
                 */
                documentId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "decision": "approve",
                 *       "version": 2,
                 *       "validUntil": "2029-12-31"
                 *     }
                 */
                "application/json": components["schemas"]["ReviewDocument"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "documentId": "019b76a2-9001-7c3e-a3d5-0a4a8c1d5b03",
                     *       "userId": "rider-7",
                     *       "type": "driving_licence",
                     *       "status": "granted",
                     *       "version": 4,
                     *       "size": 482113,
                     *       "contentType": "image/jpeg",
                     *       "createdAt": "2027-03-01T08:30:00.000Z",
                     *       "updatedAt": "2027-03-01T08:30:00.000Z",
                     *       "expiresAt": "2027-03-01T08:30:00.000Z",
                     *       "rejection": {
                     *         "code": "UNKNOWN_FORMAT",
                     *         "text": "The trip is not known."
                     *       },
                     *       "review": {
                     *         "state": "pending",
                     *         "reason": "the rider asked for it",
                     *         "at": "2027-03-01T08:30:00.000Z"
                     *       },
                     *       "validUntil": "2027-03-01T08:30:00.000Z",
                     *       "validUntilDay": "2027-03-01",
                     *       "facts": {}
                     *     }
                     */
                    "application/json": components["schemas"]["DocumentView"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDocumentCopies: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "documentIds": [
                 *         "019b76a2-9001-7c3e-a3d5-0a4a8c1d5b03"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["DocumentCopiesRequest"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "results": [
                     *         {
                     *           "ok": true,
                     *           "id": "driver-42",
                     *           "value": {
                     *             "documentId": "019b76a2-9001-7c3e-a3d5-0a4a8c1d5b03",
                     *             "status": "granted",
                     *             "rejection": "UNKNOWN_FORMAT",
                     *             "attempts": 1,
                     *             "copies": [
                     *               {
                     *                 "kind": "file",
                     *                 "attempt": 1,
                     *                 "size": 482113,
                     *                 "storedAt": "2027-03-01T08:30:00.000Z",
                     *                 "current": true
                     *               }
                     *             ],
                     *             "complete": true
                     *           }
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["DocumentCopiesAnswer"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDriverHealth: {
        parameters: {
            query?: {
                /** @description Begin of the period, inclusive. */
                from?: string;
                /** @description End of the period, exclusive. */
                to?: string;
            };
            header?: {
                /**
                 * @description The `ETag` of the answer that you have: 304 without a body when it is still the same.
                 * @example W/"pzBpM0vkk2o0ZbFq"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description Id of the driver.
                 * @example driver-42
                 */
                driverId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "driverId": "driver-42",
                     *       "from": "2027-03-01T00:00:00Z",
                     *       "to": "2027-03-01T08:30:00.000Z",
                     *       "trackingRate": 0,
                     *       "dutyMs": 0,
                     *       "trackedMs": 0,
                     *       "outages": [
                     *         {
                     *           "from": "2027-03-01T00:00:00Z",
                     *           "to": "2027-03-01T08:30:00.000Z",
                     *           "ongoing": true,
                     *           "reason": "permission_denied",
                     *           "reported": true,
                     *           "verdict": "mock"
                     *         }
                     *       ],
                     *       "outageCount": 0,
                     *       "device": {
                     *         "at": "2027-03-01T08:30:00.000Z",
                     *         "boot": "b-2027-03-01-1",
                     *         "permission": "always",
                     *         "gps": "on",
                     *         "batterySaver": true,
                     *         "battery": 0,
                     *         "charging": true,
                     *         "clockSkewMs": 0,
                     *         "expected": 0,
                     *         "received": 120
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["DriverHealth"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDriverLedger: {
        parameters: {
            query?: {
                /** @description Start of the page: the `next` of the previous one. Absent: the first page. */
                cursor?: string;
            };
            header?: {
                /**
                 * @description The `ETag` of the answer that you have: 304 without a body when it is still the same.
                 * @example W/"pzBpM0vkk2o0ZbFq"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description Id of the driver.
                 * @example driver-42
                 */
                driverId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "driverId": "driver-42",
                     *       "boots": [
                     *         {
                     *           "boot": "b-2027-03-01-1",
                     *           "lowestSeq": 0,
                     *           "highestSeq": 120,
                     *           "received": 120,
                     *           "stored": 0,
                     *           "refused": 0,
                     *           "refusedBy": {},
                     *           "missing": [
                     *             [
                     *               98,
                     *               101
                     *             ]
                     *           ],
                     *           "missingSeqs": 0,
                     *           "missingRanges": 0,
                     *           "partial": true,
                     *           "from": "2027-03-01T00:00:00Z",
                     *           "to": "2027-03-01T08:30:00.000Z",
                     *           "verdict": "complete"
                     *         }
                     *       ],
                     *       "verdict": "complete",
                     *       "next": "eyJhZnRlciI6IjAxOWI3NmEyIn0"
                     *     }
                     */
                    "application/json": components["schemas"]["Ledger"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDriverTrack: {
        parameters: {
            query: {
                /** @description Start of the page: the `next` of the previous one. Absent: the first page. */
                cursor?: string;
                /** @description Format of the answer. */
                format?: "geojson" | "gpx" | "csv";
                /** @description Begin of the period, inclusive. */
                from: string;
                /** @description Most items of the page. */
                limit?: number;
                /** @description Also fixes that were refused, each with its verdict (csv and geojson). */
                refused?: boolean;
                /** @description End of the period, exclusive. */
                to: string;
            };
            header?: never;
            path: {
                /**
                 * @description Id of the driver.
                 * @example driver-42
                 */
                driverId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/geo+json": unknown;
                    "application/gpx+xml": string;
                    "text/csv": string;
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDrivers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "driverIds": [
                 *         "driver-42"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["DriverBatch"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "results": [
                     *         {
                     *           "ok": true,
                     *           "id": "driver-42",
                     *           "value": {
                     *             "driverId": "driver-42",
                     *             "name": "Mai Tran",
                     *             "login": "mai@rideline.example.com",
                     *             "state": "active",
                     *             "createdAt": "2027-03-01T08:30:00.000Z",
                     *             "tier": "text",
                     *             "vehicle": {
                     *               "id": "driver-42",
                     *               "description": "white Toyota Vios",
                     *               "plate": "51F-123.45"
                     *             },
                     *             "status": "available",
                     *             "lastFixAt": "2027-03-01T08:30:00.000Z"
                     *           }
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["DriverBatchAnswer"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    uploadFixes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "boot": "b-2027-03-01-1",
                 *       "fixes": [
                 *         [
                 *           118,
                 *           1803889800000,
                 *           10.7769,
                 *           106.7009,
                 *           8.4,
                 *           92,
                 *           6
                 *         ]
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["UploadFixesRequest"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "ack": {
                     *         "boot": "b-2027-03-01-1",
                     *         "received": 120,
                     *         "durable": 118,
                     *         "gaps": [
                     *           [
                     *             98,
                     *             101
                     *           ]
                     *         ],
                     *         "detail": "trip 019b76a2-7f3c-7d10-9c55-3f1f2a6a9e01 is not known"
                     *       },
                     *       "refused": [
                     *         {
                     *           "seq": 118,
                     *           "verdict": "mock"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["FixesAnswer"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    searchDrivers: {
        parameters: {
            query: {
                /** @description Latitude of the centre, degrees (WGS84). */
                lat: number;
                /** @description Most items of the page. */
                limit?: number;
                /** @description Longitude of the centre, degrees (WGS84). */
                lng: number;
                /** @description metres */
                radius?: number;
                /** @description Only items with this status. */
                status?: "available" | "busy";
            };
            header?: {
                /**
                 * @description The `ETag` of the answer that you have: 304 without a body when it is still the same.
                 * @example W/"pzBpM0vkk2o0ZbFq"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "drivers": [
                     *         {
                     *           "driverId": "driver-42",
                     *           "lat": 10.7769,
                     *           "lng": 106.7009,
                     *           "distanceMetres": 840,
                     *           "heading": 92,
                     *           "speed": 8.4,
                     *           "at": "2027-03-01T08:30:00.000Z",
                     *           "ageMs": 240
                     *         }
                     *       ],
                     *       "warming": true
                     *     }
                     */
                    "application/json": components["schemas"]["DriverSearchAnswer"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listErrorCodes: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the answer that you have: 304 without a body when it is still the same.
                 * @example W/"pzBpM0vkk2o0ZbFq"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /** @example {} */
                    "application/json": {
                        [key: string]: {
                            retry: string;
                            status: number;
                            text: string;
                        };
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    estimateFare: {
        parameters: {
            query: {
                /** @description Latitude of the drop-off, degrees (WGS84). */
                dropoffLat: number;
                /** @description Longitude of the drop-off, degrees (WGS84). */
                dropoffLng: number;
                /** @description Latitude of the pick-up, degrees (WGS84). */
                pickupLat: number;
                /** @description Longitude of the pick-up, degrees (WGS84). */
                pickupLng: number;
                /** @description Service tier. */
                tier?: components["schemas"]["Tier"];
            };
            header?: {
                /**
                 * @description The `ETag` of the answer that you have: 304 without a body when it is still the same.
                 * @example W/"pzBpM0vkk2o0ZbFq"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "tier": "standard",
                     *       "open": true,
                     *       "currency": "VND",
                     *       "estimateMinor": 64000,
                     *       "promotion": "SPRING-20",
                     *       "fareMinor": 51200
                     *     }
                     */
                    "application/json": components["schemas"]["Fare"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getHome: {
        parameters: {
            query?: {
                /** @description Latitude of the centre, degrees (WGS84). */
                lat?: number;
                /** @description Longitude of the centre, degrees (WGS84). */
                lng?: number;
            };
            header?: {
                /**
                 * @description The `ETag` of the answer that you have: 304 without a body when it is still the same.
                 * @example W/"pzBpM0vkk2o0ZbFq"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "tiers": [
                     *         {
                     *           "tier": "standard",
                     *           "tariff": {
                     *             "currency": "VND",
                     *             "baseMinor": 15000,
                     *             "perKmMinor": 12000,
                     *             "perMinuteMinor": 400,
                     *             "minimumMinor": 25000
                     *           }
                     *         }
                     *       ],
                     *       "promotions": [
                     *         {
                     *           "code": "SPRING-20",
                     *           "tier": "standard",
                     *           "percentOff": 20,
                     *           "from": "2027-03-01T00:00:00Z",
                     *           "until": "2027-04-01T00:00:00Z"
                     *         }
                     *       ],
                     *       "preferences": {
                     *         "version": 4,
                     *         "locale": "vi-VN",
                     *         "units": "metric",
                     *         "tier": "standard"
                     *       },
                     *       "openTrip": {
                     *         "tripId": "019b76a2-7f3c-7d10-9c55-3f1f2a6a9e01",
                     *         "state": "accepted",
                     *         "version": 4,
                     *         "open": true,
                     *         "riderId": "rider-7",
                     *         "driverId": "driver-42",
                     *         "slot": "active",
                     *         "tier": "text",
                     *         "pickup": {
                     *           "lat": 10.7769,
                     *           "lng": 106.7009
                     *         },
                     *         "dropoff": {
                     *           "lat": 10.7769,
                     *           "lng": 106.7009
                     *         },
                     *         "stops": [
                     *           {
                     *             "lat": 10.7769,
                     *             "lng": 106.7009
                     *           }
                     *         ],
                     *         "reason": "the rider asked for it",
                     *         "requestedAt": "2027-03-01T08:30:00.000Z",
                     *         "scheduledAt": "2027-03-01T08:30:00.000Z",
                     *         "endedAt": "2027-03-01T08:30:00.000Z",
                     *         "attention": "driver_silent",
                     *         "driverSilentSince": "2027-03-01T08:30:00.000Z",
                     *         "riderMayEnd": true,
                     *         "fare": {
                     *           "minor": 51200,
                     *           "currency": "VND",
                     *           "assumed": true
                     *         },
                     *         "offers": [
                     *           {
                     *             "offerId": "019b76a2-7f3c-7d10-9c55-3f1f2a6a9e01_1",
                     *             "driverId": "driver-42",
                     *             "state": "accepted",
                     *             "offeredAt": "2027-03-01T08:30:00.000Z",
                     *             "expiresAt": "2027-03-01T08:30:00.000Z",
                     *             "endedAt": "2027-03-01T08:30:00.000Z",
                     *             "etaSeconds": 190,
                     *             "distanceMetres": 840
                     *           }
                     *         ]
                     *       },
                     *       "nearby": {
                     *         "total": 0,
                     *         "tiles": [
                     *           {
                     *             "tile": "8865b1b6a3fffff",
                     *             "lat": 10.7769,
                     *             "lng": 106.7009,
                     *             "cars": 3
                     *           }
                     *         ],
                     *         "elsewhere": 0,
                     *         "warming": true
                     *       },
                     *       "wait": {
                     *         "seconds": 0,
                     *         "assignments": 0
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Home"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listJobs: {
        parameters: {
            query?: {
                /** @description Start of the page: the `next` of the previous one. Absent: the first page. */
                cursor?: string;
                /** @description fields to answer, comma separated; all when absent */
                fields?: string;
                /** @description Most items of the page. */
                limit?: number;
                /** @description Name of the queue. */
                queue?: string;
                /** @description Only items with this status. */
                status?: components["schemas"]["JobStatus"];
            };
            header?: {
                /**
                 * @description The `ETag` of the answer that you have: 304 without a body when it is still the same.
                 * @example W/"pzBpM0vkk2o0ZbFq"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "jobs": [
                     *         {
                     *           "id": "driver-42",
                     *           "type": "accepted",
                     *           "status": "waiting",
                     *           "attempts": 1,
                     *           "maxAttempts": 1,
                     *           "createdAt": "2027-03-01T08:30:00.000Z",
                     *           "processedAt": "2027-03-01T08:30:00.000Z",
                     *           "failedReason": "the file could not be opened"
                     *         }
                     *       ],
                     *       "next": "eyJhZnRlciI6IjAxOWI3NmEyIn0"
                     *     }
                     */
                    "application/json": components["schemas"]["JobListAnswer"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getJob: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the answer that you have: 304 without a body when it is still the same.
                 * @example W/"pzBpM0vkk2o0ZbFq"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description Id of the job.
                 * @example 019b76a2-9001-7c3e-a3d5-0a4a8c1d5b03
                 */
                jobId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "driver-42",
                     *       "type": "accepted",
                     *       "status": "waiting",
                     *       "attempts": 1,
                     *       "maxAttempts": 1,
                     *       "createdAt": "2027-03-01T08:30:00.000Z",
                     *       "processedAt": "2027-03-01T08:30:00.000Z",
                     *       "failedReason": "the file could not be opened"
                     *     }
                     */
                    "application/json": components["schemas"]["JobView"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMe: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the answer that you have: 304 without a body when it is still the same.
                 * @example W/"pzBpM0vkk2o0ZbFq"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "driver-42",
                     *       "role": "rider",
                     *       "region": "main",
                     *       "name": "Mai Tran",
                     *       "login": "mai@rideline.example.com",
                     *       "state": "active",
                     *       "version": 4,
                     *       "createdAt": "2027-03-01T08:30:00.000Z",
                     *       "driver": {
                     *         "tier": "standard",
                     *         "vehicle": {
                     *           "id": "driver-42",
                     *           "description": "white Toyota Vios",
                     *           "plate": "51F-123.45"
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "version": 4,
                 *       "name": "Mai Tran"
                 *     }
                 */
                "application/json": components["schemas"]["PatchMe"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "driver-42",
                     *       "role": "rider",
                     *       "region": "main",
                     *       "name": "Mai Tran",
                     *       "login": "mai@rideline.example.com",
                     *       "state": "active",
                     *       "version": 4,
                     *       "createdAt": "2027-03-01T08:30:00.000Z",
                     *       "driver": {
                     *         "tier": "standard",
                     *         "vehicle": {
                     *           "id": "driver-42",
                     *           "description": "white Toyota Vios",
                     *           "plate": "51F-123.45"
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changePassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "current": "the old password",
                 *       "password": "correct horse battery"
                 *     }
                 */
                "application/json": components["schemas"]["ChangePassword"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "token": "eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCJ9…",
                     *       "expiresAt": "2027-03-01T08:30:00.000Z",
                     *       "expiresIn": 900,
                     *       "refreshToken": "rt_5f0c…",
                     *       "refreshExpiresAt": "2027-03-01T08:30:00.000Z",
                     *       "role": "rider",
                     *       "id": "driver-42"
                     *     }
                     */
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getPreferences: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the answer that you have: 304 without a body when it is still the same.
                 * @example W/"pzBpM0vkk2o0ZbFq"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "version": 4,
                     *       "locale": "vi-VN",
                     *       "units": "metric",
                     *       "tier": "standard"
                     *     }
                     */
                    "application/json": components["schemas"]["Preferences"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setPreferences: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "version": 4,
                 *       "locale": "vi-VN",
                 *       "units": "metric",
                 *       "tier": "standard"
                 *     }
                 */
                "application/json": components["schemas"]["PutPreferences"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "version": 4,
                     *       "locale": "vi-VN",
                     *       "units": "metric",
                     *       "tier": "standard"
                     *     }
                     */
                    "application/json": components["schemas"]["Preferences"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listNotifications: {
        parameters: {
            query?: {
                /** @description Start of the page: the `next` of the previous one. Absent: the first page. */
                cursor?: string;
                /** @description fields to answer, comma separated; all when absent */
                fields?: string;
                /** @description Most items of the page. */
                limit?: number;
            };
            header?: {
                /**
                 * @description The `ETag` of the answer that you have: 304 without a body when it is still the same.
                 * @example W/"pzBpM0vkk2o0ZbFq"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "notifications": [
                     *         {
                     *           "notificationId": "019b76a2-a001-7f31-b8f1-5d7f5c2f9a04",
                     *           "kind": "driver_arrived",
                     *           "title": "Your driver has arrived",
                     *           "body": "Your driver is at the pick-up.",
                     *           "data": {},
                     *           "createdAt": "2027-03-01T08:30:00.000Z",
                     *           "ackedAt": "2027-03-01T08:30:00.000Z"
                     *         }
                     *       ],
                     *       "next": "eyJhZnRlciI6IjAxOWI3NmEyIn0"
                     *     }
                     */
                    "application/json": components["schemas"]["NotificationListAnswer"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    acknowledgeNotification: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the notification.
                 * @example 019b76a2-a001-7f31-b8f1-5d7f5c2f9a04
                 */
                notificationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "notificationId": "019b76a2-a001-7f31-b8f1-5d7f5c2f9a04",
                     *       "acked": true
                     *     }
                     */
                    "application/json": components["schemas"]["NotificationAcked"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    answerOffer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the offer.
                 * @example 019b76a2-7f3c-7d10-9c55-3f1f2a6a9e01_1
                 */
                offerId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "commandId": "019b76a2-8a11-7b42-8f0e-6c2d1b7c4f02",
                 *       "accept": true
                 *     }
                 */
                "application/json": components["schemas"]["PostOfferAnswer"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "tripId": "019b76a2-7f3c-7d10-9c55-3f1f2a6a9e01",
                     *       "state": "accepted",
                     *       "version": 4
                     *     }
                     */
                    "application/json": components["schemas"]["TripStatus"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getOpenApi: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the answer that you have: 304 without a body when it is still the same.
                 * @example W/"pzBpM0vkk2o0ZbFq"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /** @example {} */
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listPromotions: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the answer that you have: 304 without a body when it is still the same.
                 * @example W/"pzBpM0vkk2o0ZbFq"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "version": 4,
                     *       "promotions": [
                     *         {
                     *           "code": "SPRING-20",
                     *           "tier": "standard",
                     *           "percentOff": 20,
                     *           "from": "2027-03-01T00:00:00Z",
                     *           "until": "2027-04-01T00:00:00Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["PromotionList"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    openShareSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "share": "4pN0wQx7ZtLr2mKc8Ys5Vb1HdJ6gFa3E"
                 *     }
                 */
                "application/json": components["schemas"]["OpenShare"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "token": "eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCJ9…",
                     *       "expiresAt": "2027-03-01T08:30:00.000Z",
                     *       "expiresIn": 900,
                     *       "tripId": "019b76a2-7f3c-7d10-9c55-3f1f2a6a9e01",
                     *       "shareExpiresAt": "2027-03-01T08:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["ShareSession"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    signIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Mai Tran",
                 *       "password": "correct horse battery"
                 *     }
                 */
                "application/json": components["schemas"]["SignIn"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "token": "eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCJ9…",
                     *       "expiresAt": "2027-03-01T08:30:00.000Z",
                     *       "expiresIn": 900,
                     *       "refreshToken": "rt_5f0c…",
                     *       "refreshExpiresAt": "2027-03-01T08:30:00.000Z",
                     *       "role": "rider",
                     *       "id": "driver-42"
                     *     }
                     */
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    signOut: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "refreshToken": "rt_5f0c…"
                 *     }
                 */
                "application/json": components["schemas"]["Refresh"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /** @example {} */
                    "application/json": components["schemas"]["Empty"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    signOutEverywhere: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /** @example {} */
                    "application/json": components["schemas"]["Empty"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTime: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the answer that you have: 304 without a body when it is still the same.
                 * @example W/"pzBpM0vkk2o0ZbFq"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "domainMs": 1803889800000,
                     *       "wallMs": 1803889800000,
                     *       "rate": 1
                     *     }
                     */
                    "application/json": components["schemas"]["ServerTime"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    refreshToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "refreshToken": "rt_5f0c…"
                 *     }
                 */
                "application/json": components["schemas"]["Refresh"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "token": "eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCJ9…",
                     *       "expiresAt": "2027-03-01T08:30:00.000Z",
                     *       "expiresIn": 900,
                     *       "refreshToken": "rt_5f0c…",
                     *       "refreshExpiresAt": "2027-03-01T08:30:00.000Z",
                     *       "role": "rider",
                     *       "id": "driver-42"
                     *     }
                     */
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listTrips: {
        parameters: {
            query?: {
                /** @description Only trips that an operator must look at for this reason. */
                attention?: components["schemas"]["TripAttention"];
                /** @description Start of the page: the `next` of the previous one. Absent: the first page. */
                cursor?: string;
                /** @description Only items of this driver. */
                driverId?: string;
                /** @description fields to answer, comma separated; all when absent */
                fields?: string;
                /** @description Most items of the page. */
                limit?: number;
                /** @description Only trips that have not ended (`true`), or only those that have (`false`). */
                open?: boolean;
                /** @description Only items of this rider. */
                riderId?: string;
                /** @description Only items in this state. */
                state?: components["schemas"]["TripStateName"];
            };
            header?: {
                /**
                 * @description The `ETag` of the answer that you have: 304 without a body when it is still the same.
                 * @example W/"pzBpM0vkk2o0ZbFq"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "trips": [
                     *         {
                     *           "tripId": "019b76a2-7f3c-7d10-9c55-3f1f2a6a9e01",
                     *           "state": "accepted",
                     *           "version": 4,
                     *           "open": true,
                     *           "riderId": "rider-7",
                     *           "driverId": "driver-42",
                     *           "slot": "active",
                     *           "tier": "text",
                     *           "pickup": {
                     *             "lat": 10.7769,
                     *             "lng": 106.7009
                     *           },
                     *           "dropoff": {
                     *             "lat": 10.7769,
                     *             "lng": 106.7009
                     *           },
                     *           "stops": [
                     *             {
                     *               "lat": 10.7769,
                     *               "lng": 106.7009
                     *             }
                     *           ],
                     *           "reason": "the rider asked for it",
                     *           "requestedAt": "2027-03-01T08:30:00.000Z",
                     *           "scheduledAt": "2027-03-01T08:30:00.000Z",
                     *           "endedAt": "2027-03-01T08:30:00.000Z",
                     *           "attention": "driver_silent",
                     *           "driverSilentSince": "2027-03-01T08:30:00.000Z",
                     *           "riderMayEnd": true,
                     *           "fare": {
                     *             "minor": 51200,
                     *             "currency": "VND",
                     *             "assumed": true
                     *           },
                     *           "offers": [
                     *             {
                     *               "offerId": "019b76a2-7f3c-7d10-9c55-3f1f2a6a9e01_1",
                     *               "driverId": "driver-42",
                     *               "state": "accepted",
                     *               "offeredAt": "2027-03-01T08:30:00.000Z",
                     *               "expiresAt": "2027-03-01T08:30:00.000Z",
                     *               "endedAt": "2027-03-01T08:30:00.000Z",
                     *               "etaSeconds": 190,
                     *               "distanceMetres": 840
                     *             }
                     *           ]
                     *         }
                     *       ],
                     *       "next": "eyJhZnRlciI6IjAxOWI3NmEyIn0"
                     *     }
                     */
                    "application/json": components["schemas"]["TripListAnswer"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    requestTrip: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Made by the client, a UUID for example. A request repeated under the same key within 24 h is performed once and gets the same answer. A structured field string (`"…"`), as in the IETF draft on the header; without the quotes it means the same.
                 * @example "8e03978e-40d5-43dd-bc93-6894a57f9324"
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "tripId": "019b76a2-7f3c-7d10-9c55-3f1f2a6a9e01",
                 *       "pickup": {
                 *         "lat": 10.7769,
                 *         "lng": 106.7009
                 *       },
                 *       "dropoff": {
                 *         "lat": 10.8188,
                 *         "lng": 106.6519
                 *       },
                 *       "tier": "standard"
                 *     }
                 */
                "application/json": components["schemas"]["CreateTrip"];
            };
        };
        responses: {
            /** @description A repeat: the trip was requested before. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "tripId": "019b76a2-7f3c-7d10-9c55-3f1f2a6a9e01",
                     *       "state": "accepted",
                     *       "version": 4
                     *     }
                     */
                    "application/json": components["schemas"]["TripStatus"];
                };
            };
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "tripId": "019b76a2-7f3c-7d10-9c55-3f1f2a6a9e01",
                     *       "state": "accepted",
                     *       "version": 4
                     *     }
                     */
                    "application/json": components["schemas"]["TripStatus"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTrip: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the answer that you have: 304 without a body when it is still the same.
                 * @example W/"pzBpM0vkk2o0ZbFq"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description Id of the trip.
                 * @example 019b76a2-7f3c-7d10-9c55-3f1f2a6a9e01
                 */
                tripId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "tripId": "019b76a2-7f3c-7d10-9c55-3f1f2a6a9e01",
                     *       "state": "accepted",
                     *       "version": 4,
                     *       "open": true,
                     *       "riderId": "rider-7",
                     *       "driverId": "driver-42",
                     *       "slot": "active",
                     *       "tier": "text",
                     *       "pickup": {
                     *         "lat": 10.7769,
                     *         "lng": 106.7009
                     *       },
                     *       "dropoff": {
                     *         "lat": 10.7769,
                     *         "lng": 106.7009
                     *       },
                     *       "stops": [
                     *         {
                     *           "lat": 10.7769,
                     *           "lng": 106.7009
                     *         }
                     *       ],
                     *       "reason": "the rider asked for it",
                     *       "requestedAt": "2027-03-01T08:30:00.000Z",
                     *       "scheduledAt": "2027-03-01T08:30:00.000Z",
                     *       "endedAt": "2027-03-01T08:30:00.000Z",
                     *       "attention": "driver_silent",
                     *       "driverSilentSince": "2027-03-01T08:30:00.000Z",
                     *       "riderMayEnd": true,
                     *       "fare": {
                     *         "minor": 51200,
                     *         "currency": "VND",
                     *         "assumed": true
                     *       },
                     *       "offers": [
                     *         {
                     *           "offerId": "019b76a2-7f3c-7d10-9c55-3f1f2a6a9e01_1",
                     *           "driverId": "driver-42",
                     *           "state": "accepted",
                     *           "offeredAt": "2027-03-01T08:30:00.000Z",
                     *           "expiresAt": "2027-03-01T08:30:00.000Z",
                     *           "endedAt": "2027-03-01T08:30:00.000Z",
                     *           "etaSeconds": 190,
                     *           "distanceMetres": 840
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["TripView"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listTripAudit: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the answer that you have: 304 without a body when it is still the same.
                 * @example W/"pzBpM0vkk2o0ZbFq"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description Id of the trip.
                 * @example 019b76a2-7f3c-7d10-9c55-3f1f2a6a9e01
                 */
                tripId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "entries": [
                     *         {
                     *           "at": "2027-03-01T08:30:00.000Z",
                     *           "actor": {
                     *             "role": "rider",
                     *             "id": "driver-42"
                     *           },
                     *           "action": "arrived",
                     *           "data": {}
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["TripAudit"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelTrip: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the trip.
                 * @example 019b76a2-7f3c-7d10-9c55-3f1f2a6a9e01
                 */
                tripId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "commandId": "019b76a2-8a11-7b42-8f0e-6c2d1b7c4f02"
                 *     }
                 */
                "application/json": components["schemas"]["CancelTrip"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "tripId": "019b76a2-7f3c-7d10-9c55-3f1f2a6a9e01",
                     *       "state": "accepted",
                     *       "version": 4
                     *     }
                     */
                    "application/json": components["schemas"]["TripStatus"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listTripCandidates: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the answer that you have: 304 without a body when it is still the same.
                 * @example W/"pzBpM0vkk2o0ZbFq"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description Id of the trip.
                 * @example 019b76a2-7f3c-7d10-9c55-3f1f2a6a9e01
                 */
                tripId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "tripId": "019b76a2-7f3c-7d10-9c55-3f1f2a6a9e01",
                     *       "considered": 0,
                     *       "byReason": {},
                     *       "drivers": [
                     *         {
                     *           "driverId": "driver-42",
                     *           "reason": "offered",
                     *           "at": "2027-03-01T08:30:00.000Z",
                     *           "etaSeconds": 190,
                     *           "distanceMetres": 840,
                     *           "rounds": 1
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["TripCandidates"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sendTripCommand: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the trip.
                 * @example 019b76a2-7f3c-7d10-9c55-3f1f2a6a9e01
                 */
                tripId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "commandId": "019b76a2-8a11-7b42-8f0e-6c2d1b7c4f02",
                 *       "action": "arrived",
                 *       "at": "2027-03-01T08:30:00.000Z"
                 *     }
                 */
                "application/json": components["schemas"]["PostDriverCommand"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "tripId": "019b76a2-7f3c-7d10-9c55-3f1f2a6a9e01",
                     *       "state": "accepted",
                     *       "version": 4
                     *     }
                     */
                    "application/json": components["schemas"]["TripStatus"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listTripEvents: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the answer that you have: 304 without a body when it is still the same.
                 * @example W/"pzBpM0vkk2o0ZbFq"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description Id of the trip.
                 * @example 019b76a2-7f3c-7d10-9c55-3f1f2a6a9e01
                 */
                tripId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "events": [
                     *         {
                     *           "tripId": "019b76a2-7f3c-7d10-9c55-3f1f2a6a9e01",
                     *           "version": 4,
                     *           "type": "accepted",
                     *           "state": "accepted",
                     *           "at": 1803889800000,
                     *           "actor": "rider",
                     *           "data": {}
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["TripEvents"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reviewTripFare: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the trip.
                 * @example 019b76a2-7f3c-7d10-9c55-3f1f2a6a9e01
                 */
                tripId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "commandId": "019b76a2-8a11-7b42-8f0e-6c2d1b7c4f02",
                 *       "reason": "the rider asked for it",
                 *       "version": 4
                 *     }
                 */
                "application/json": components["schemas"]["ReviewFare"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "tripId": "019b76a2-7f3c-7d10-9c55-3f1f2a6a9e01",
                     *       "state": "accepted",
                     *       "version": 4
                     *     }
                     */
                    "application/json": components["schemas"]["TripStatus"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reassignTrip: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the trip.
                 * @example 019b76a2-7f3c-7d10-9c55-3f1f2a6a9e01
                 */
                tripId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "commandId": "019b76a2-8a11-7b42-8f0e-6c2d1b7c4f02",
                 *       "reason": "the rider asked for it"
                 *     }
                 */
                "application/json": components["schemas"]["ReassignTrip"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "tripId": "019b76a2-7f3c-7d10-9c55-3f1f2a6a9e01",
                     *       "state": "accepted",
                     *       "version": 4
                     *     }
                     */
                    "application/json": components["schemas"]["TripStatus"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listTripShares: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the answer that you have: 304 without a body when it is still the same.
                 * @example W/"pzBpM0vkk2o0ZbFq"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description Id of the trip.
                 * @example 019b76a2-7f3c-7d10-9c55-3f1f2a6a9e01
                 */
                tripId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "shares": [
                     *         {
                     *           "shareId": "text",
                     *           "label": "Mum",
                     *           "createdAt": "2027-03-01T08:30:00.000Z",
                     *           "expiresAt": "2027-03-01T08:30:00.000Z",
                     *           "lastOpenedAt": "2027-03-01T08:30:00.000Z",
                     *           "watching": 0
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ShareList"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createTripShare: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Made by the client, a UUID for example. A request repeated under the same key within 24 h is performed once and gets the same answer. A structured field string (`"…"`), as in the IETF draft on the header; without the quotes it means the same.
                 * @example "8e03978e-40d5-43dd-bc93-6894a57f9324"
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description Id of the trip.
                 * @example 019b76a2-7f3c-7d10-9c55-3f1f2a6a9e01
                 */
                tripId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /** @example {} */
                "application/json": components["schemas"]["CreateShare"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "shareId": "text",
                     *       "label": "Mum",
                     *       "createdAt": "2027-03-01T08:30:00.000Z",
                     *       "expiresAt": "2027-03-01T08:30:00.000Z",
                     *       "path": "body.pickup.lat"
                     *     }
                     */
                    "application/json": components["schemas"]["CreatedShare"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeTripShare: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the share.
                 * @example text
                 */
                shareId: string;
                /**
                 * @description Id of the trip.
                 * @example 019b76a2-7f3c-7d10-9c55-3f1f2a6a9e01
                 */
                tripId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "shareId": "text",
                     *       "revoked": true
                     *     }
                     */
                    "application/json": components["schemas"]["ShareRevoked"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listTripWatchers: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the answer that you have: 304 without a body when it is still the same.
                 * @example W/"pzBpM0vkk2o0ZbFq"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description Id of the trip.
                 * @example 019b76a2-7f3c-7d10-9c55-3f1f2a6a9e01
                 */
                tripId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "tripId": "019b76a2-7f3c-7d10-9c55-3f1f2a6a9e01",
                     *       "count": 3,
                     *       "watchers": [
                     *         {
                     *           "role": "rider",
                     *           "shareId": "text",
                     *           "label": "Mum",
                     *           "since": "2027-03-01T08:30:00.000Z",
                     *           "sockets": 1
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["TripWatchers"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTrips: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "tripIds": [
                 *         "019b76a2-7f3c-7d10-9c55-3f1f2a6a9e01"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["TripBatch"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "results": [
                     *         {
                     *           "ok": true,
                     *           "id": "driver-42",
                     *           "value": {
                     *             "tripId": "019b76a2-7f3c-7d10-9c55-3f1f2a6a9e01",
                     *             "state": "accepted",
                     *             "version": 4,
                     *             "open": true,
                     *             "riderId": "rider-7",
                     *             "driverId": "driver-42",
                     *             "slot": "active",
                     *             "tier": "text",
                     *             "pickup": {
                     *               "lat": 10.7769,
                     *               "lng": 106.7009
                     *             },
                     *             "dropoff": {
                     *               "lat": 10.7769,
                     *               "lng": 106.7009
                     *             },
                     *             "stops": [
                     *               {
                     *                 "lat": 10.7769,
                     *                 "lng": 106.7009
                     *               }
                     *             ],
                     *             "reason": "the rider asked for it",
                     *             "requestedAt": "2027-03-01T08:30:00.000Z",
                     *             "scheduledAt": "2027-03-01T08:30:00.000Z",
                     *             "endedAt": "2027-03-01T08:30:00.000Z",
                     *             "attention": "driver_silent",
                     *             "driverSilentSince": "2027-03-01T08:30:00.000Z",
                     *             "riderMayEnd": true,
                     *             "fare": {
                     *               "minor": 51200,
                     *               "currency": "VND",
                     *               "assumed": true
                     *             },
                     *             "offers": [
                     *               {
                     *                 "offerId": "019b76a2-7f3c-7d10-9c55-3f1f2a6a9e01_1",
                     *                 "driverId": "driver-42",
                     *                 "state": "accepted",
                     *                 "offeredAt": "2027-03-01T08:30:00.000Z",
                     *                 "expiresAt": "2027-03-01T08:30:00.000Z",
                     *                 "endedAt": "2027-03-01T08:30:00.000Z",
                     *                 "etaSeconds": 190,
                     *                 "distanceMetres": 840
                     *               }
                     *             ]
                     *           }
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["TripBatchAnswer"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listTripHistories: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "tripIds": [
                 *         "019b76a2-7f3c-7d10-9c55-3f1f2a6a9e01"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["TripHistories"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "results": [
                     *         {
                     *           "ok": true,
                     *           "id": "driver-42",
                     *           "value": {
                     *             "tripId": "019b76a2-7f3c-7d10-9c55-3f1f2a6a9e01",
                     *             "state": "accepted",
                     *             "version": 4,
                     *             "open": true,
                     *             "driverId": "driver-42",
                     *             "events": [
                     *               {
                     *                 "tripId": "019b76a2-7f3c-7d10-9c55-3f1f2a6a9e01",
                     *                 "version": 4,
                     *                 "type": "accepted",
                     *                 "state": "accepted",
                     *                 "at": 1803889800000,
                     *                 "actor": "rider",
                     *                 "data": {}
                     *               }
                     *             ],
                     *             "commands": [
                     *               {
                     *                 "commandId": "019b76a2-8a11-7b42-8f0e-6c2d1b7c4f02",
                     *                 "state": "accepted",
                     *                 "version": 4
                     *               }
                     *             ],
                     *             "commandsComplete": true
                     *           }
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["TripHistoriesAnswer"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createUser: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Made by the client, a UUID for example. A request repeated under the same key within 24 h is performed once and gets the same answer. A structured field string (`"…"`), as in the IETF draft on the header; without the quotes it means the same.
                 * @example "8e03978e-40d5-43dd-bc93-6894a57f9324"
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "login": "mai@rideline.example.com",
                 *       "password": "correct horse battery",
                 *       "name": "Mai Tran",
                 *       "role": "driver",
                 *       "reason": "the rider asked for it"
                 *     }
                 */
                "application/json": components["schemas"]["CreateUser"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "driver-42",
                     *       "role": "rider",
                     *       "region": "main",
                     *       "name": "Mai Tran",
                     *       "login": "mai@rideline.example.com",
                     *       "state": "active",
                     *       "version": 4,
                     *       "createdAt": "2027-03-01T08:30:00.000Z",
                     *       "driver": {
                     *         "tier": "standard",
                     *         "vehicle": {
                     *           "id": "driver-42",
                     *           "description": "white Toyota Vios",
                     *           "plate": "51F-123.45"
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reinstateUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the user.
                 * @example rider-7
                 */
                userId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "the rider asked for it"
                 *     }
                 */
                "application/json": components["schemas"]["Reason"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "driver-42",
                     *       "role": "rider",
                     *       "region": "main",
                     *       "name": "Mai Tran",
                     *       "login": "mai@rideline.example.com",
                     *       "state": "active",
                     *       "version": 4,
                     *       "createdAt": "2027-03-01T08:30:00.000Z",
                     *       "driver": {
                     *         "tier": "standard",
                     *         "vehicle": {
                     *           "id": "driver-42",
                     *           "description": "white Toyota Vios",
                     *           "plate": "51F-123.45"
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the user.
                 * @example rider-7
                 */
                userId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "the rider asked for it"
                 *     }
                 */
                "application/json": components["schemas"]["Reason"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /** @example {} */
                    "application/json": components["schemas"]["Empty"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    suspendUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the user.
                 * @example rider-7
                 */
                userId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "the rider asked for it"
                 *     }
                 */
                "application/json": components["schemas"]["Reason"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "driver-42",
                     *       "role": "rider",
                     *       "region": "main",
                     *       "name": "Mai Tran",
                     *       "login": "mai@rideline.example.com",
                     *       "state": "active",
                     *       "version": 4,
                     *       "createdAt": "2027-03-01T08:30:00.000Z",
                     *       "driver": {
                     *         "tier": "standard",
                     *         "vehicle": {
                     *           "id": "driver-42",
                     *           "description": "white Toyota Vios",
                     *           "plate": "51F-123.45"
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description Any refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
