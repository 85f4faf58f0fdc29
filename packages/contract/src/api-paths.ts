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
        /** The public keys that verify access tokens, each with its end date. */
        get: operations["getWellKnownJwksJson"];
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
        /** Degraded servers, and missing processes of the region, each with its reason. */
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
        /** The process runs and its event loop responds. */
        get: operations["getHealthLive"];
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
        /** The process accepts requests: listening, not draining, event loop not lagging; 503 otherwise. */
        get: operations["getHealthReady"];
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
        /** Registers a rider or a driver and signs in. The login is an e-mail address or a phone number, unique in a region. */
        post: operations["postV1Accounts"];
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
        /** Audit log entries (actor, action, target, reason), newest first; filtered by actor, target, action or time. */
        get: operations["getV1AdminAudit"];
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
        /** Opens the queue board for 15 minutes: the answer sets a cookie limited to the board's path. */
        post: operations["postV1AdminBoardSession"];
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
        /** Reads through each cache of the answering node, and the share that did not need MongoDB. */
        get: operations["getV1AdminCaches"];
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
        /** Opens or closes a tier, if the catalogue is still at the given version. */
        put: operations["putV1AdminCatalogueTier"];
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
        /** Drivers with an account, newest first, each with their entry in the live index. */
        get: operations["getV1AdminDrivers"];
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
        /** Erasures of persons, newest first. */
        get: operations["getV1AdminErasures"];
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
        /** The report of an erasure: its steps, and the search for the id in every store. */
        get: operations["getV1AdminErasuresErasureId"];
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
        /** Completed trips, and rides that their riders ended because the driver was silent, in [`from`, `to`), times or days of the region, with their fares in minor units, streamed as CSV. */
        get: operations["getV1AdminFinanceCsv"];
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
        /** Every request limit in force, and the callers over it now. */
        get: operations["getV1AdminLimits"];
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
        /** Requests the erasure of a person from every store. Answers at once; the report has the progress and the proof. */
        post: operations["postV1AdminPeopleUserIdErasure"];
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
        /** All stored data of a person, streamed as JSON lines; the last line is `end`. An export that broke off continues with the `after` of its last `cursor` line. */
        post: operations["postV1AdminPeopleUserIdExport"];
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
        /** Adds a promotion under a unique code. Repeats change nothing. */
        post: operations["postV1AdminPromotions"];
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
        /** Ends a promotion. A promotion that does not exist counts as ended. */
        post: operations["postV1AdminPromotionsCodeEnd"];
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
        /** The settings of the region that this server serves: retention, currency, time zone, locale. */
        get: operations["getV1AdminRegions"];
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
        /** Changes the settings of the region. In force on every node after 30 s, the currency at once. A changed retention is then applied to stored data by a background job; retentionChange has its progress. Repeating the change that is in force succeeds. */
        put: operations["putV1AdminRegionsRegion"];
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
        /** Revocations of tokens, newest first; each is removed when the last token that it covers has expired. */
        get: operations["getV1AdminRevocations"];
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
        /** Riders with an account, newest first. */
        get: operations["getV1AdminRiders"];
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
        /** Event notifications of the bucket for arrived objects, beside `complete`: the same check, the same write. Authorization: Bearer with the shared secret. */
        post: operations["postV1BucketEvents"];
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
        /** The services of this region: tiers, their tariffs, and whether they are open. */
        get: operations["getV1Catalogue"];
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
        /** Dead letters, which could not be processed: counts by source and cause. */
        get: operations["getV1DeadLetters"];
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
        /** Dead letters of one source, oldest first, without their content. */
        get: operations["getV1DeadLettersSource"];
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
        /** Replays one dead letter. Repeats have no second effect; unreadable dead letters are refused. */
        post: operations["postV1DeadLettersSourceIdReplay"];
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
        /** Replays a batch, oldest first. Unreadable dead letters stay, and `next` continues after them. */
        post: operations["postV1DeadLettersSourceReplay"];
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
        /** Opens a trip with its driver already assigned (development only). Repeats answer the same trip. */
        post: operations["postV1DevTrips"];
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
        /** Ends an imported trip (development only). Repeats answer the ended trip. */
        post: operations["postV1DevTripsTripIdClose"];
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
        /** Registers the push token of the caller's phone. A token registered by another user moves to the caller. */
        put: operations["putV1DevicesDeviceId"];
        post?: never;
        /** Removes the caller's phone, at sign-out. Repeats change nothing. */
        delete: operations["deleteV1DevicesDeviceId"];
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
        /** Documents that wait for review, oldest first. */
        get: operations["getV1DocumentReviews"];
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
        /** Up to 100 decisions, applied one after the other: one result per decision, in the given order. */
        post: operations["postV1DocumentReviewsBatch"];
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
        /** Documents, newest first, in pages. Drivers and riders see their own only. */
        get: operations["getV1Documents"];
        put?: never;
        /** Issues a form to upload one file of exactly this size, type and SHA-256. Post its fields, then the file. */
        post: operations["postV1Documents"];
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
        /** One document, for its owner and operators. After its check it has URLs of the cleaned copy that are valid for five minutes. */
        get: operations["getV1DocumentsDocumentId"];
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
        /** Reports that the file was uploaded. The server checks the object, registers it and queues its processing. Repeats have no second effect. */
        post: operations["postV1DocumentsDocumentIdComplete"];
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
        /** Approves or rejects a document at the reviewed version; a later decision replaces it. The audit log has every decision. */
        post: operations["postV1DocumentsDocumentIdReview"];
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
        /** Up to 20 documents by id, each with its status and the objects stored of its clean copy: one result per id, in the order requested. */
        post: operations["postV1DocumentsCopies"];
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
        /** How well a driver was tracked in a window of at most a day: the tracking rate, every outage with its reason, and the phone's newest report. */
        get: operations["getV1DriversDriverIdHealth"];
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
        /** The outcome of every fix of a driver, by app start: stored, refused by reason, missing. The newest app starts are on the first page. */
        get: operations["getV1DriversDriverIdLedger"];
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
        /** Fixes of a driver in [`from`, `to`), in time order; the Link header has the next page. */
        get: operations["getV1DriversDriverIdTrack"];
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
        /** Up to 100 drivers by id: one result per id, in the order requested. */
        post: operations["postV1DriversBatch"];
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
        /** The batch of `location:update` over HTTP, for phones whose network blocks WebSockets. Answers after the append. */
        post: operations["postV1DriversMeFixes"];
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
        /** The drivers of one status nearest to a point, with a fix within the freshness window; the answer may be a few seconds old. Riders see rounded positions. For display only: matching runs its own search. */
        get: operations["getV1DriversSearch"];
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
        /** The closed list of error codes: status, retry advice, text. */
        get: operations["getV1Errors"];
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
        /** The estimated fare of a trip in the region's currency, with the best current promotion. A closed tier is CONFLICT. */
        get: operations["getV1Fares"];
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
        /** Jobs of one queue by status, newest first. Jobs may change status between pages, so a page may repeat one. */
        get: operations["getV1Jobs"];
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
        /** The status of a job, for the owner of its document and for operators. */
        get: operations["getV1JobsJobId"];
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
        /** The caller's account. */
        get: operations["getV1Me"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Changes the caller's name, or a driver's vehicle, if the account is still at the given version. */
        patch: operations["patchV1Me"];
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
        /** Changes the password. Every session of the caller ends; the answer starts a new one. */
        post: operations["postV1MePassword"];
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
        /** The preferences of the caller; version 0 while nothing was set. */
        get: operations["getV1MePreferences"];
        /** Sets the preferences of the caller, if they are still at the given version. */
        put: operations["putV1MePreferences"];
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
        /** Notifications of the caller, newest first, in pages. */
        get: operations["getV1Notifications"];
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
        /** Acknowledges a notification: it is not sent again. Repeats change nothing. */
        post: operations["postV1NotificationsNotificationIdAck"];
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
        /** A driver's answer to an offer; equivalent to the socket event `offer:answer`. */
        post: operations["postV1OffersOfferIdAnswer"];
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
        /** This OpenAPI description of every route. */
        get: operations["getV1OpenapiJson"];
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
        /** Current and future promotions. */
        get: operations["getV1Promotions"];
        put?: never;
        post?: never;
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
        /** Starts a session: an access token for 15 minutes and a refresh token. For accounts of all roles. */
        post: operations["postV1SignIn"];
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
        /** Ends the session of a refresh token, its access tokens and its sockets. Repeats change nothing. */
        post: operations["postV1SignOut"];
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
        /** Ends all sessions, tokens and sockets of the caller, on every node. */
        post: operations["postV1SignOutEverywhere"];
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
        /** The server's domain clock, for phones that report over HTTP. */
        get: operations["getV1Time"];
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
        /** Issues the next access token and refresh token of a session. A refresh token works once; reuse ends its session, except one repeat within 10 s after a lost answer. */
        post: operations["postV1Token"];
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
        /** Trips, newest first, in pages. Riders and drivers see their own only. */
        get: operations["getV1Trips"];
        put?: never;
        /** Requests a trip. The client chooses its id: a repeat answers the same trip with 200. Answers at once as `searching` or `scheduled`. */
        post: operations["postV1Trips"];
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
        /** One trip, for its rider, its driver and operators. */
        get: operations["getV1TripsTripId"];
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
        /** Operator actions on a trip, newest first. */
        get: operations["getV1TripsTripIdAudit"];
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
        /** Cancels a trip, as its rider or as an operator; operators must give a reason. */
        post: operations["postV1TripsTripIdCancel"];
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
        /** The candidates of a trip: every driver considered, each with one reason why they were or were not chosen. */
        get: operations["getV1TripsTripIdCandidates"];
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
        /** A command of a driver on their trip; equivalent to the socket event `trip:command`. */
        post: operations["postV1TripsTripIdCommands"];
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
        /** The events of a trip, oldest first. */
        get: operations["getV1TripsTripIdEvents"];
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
        /** Marks the fare of a ride that ended without its driver (`attention: fare_review`) as reviewed, if the trip is still at the given version. */
        post: operations["postV1TripsTripIdFareReview"];
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
        /** Removes the driver from a trip that has not started; the search starts again without this driver. */
        post: operations["postV1TripsTripIdReassign"];
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
        /** Up to 100 trips by id: one result per id, in the order requested. Riders and drivers find their own trips only. */
        post: operations["postV1TripsBatch"];
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
        /** Up to 50 trips by id, each with its events and the commands that took effect: one result per id, in the order requested. */
        post: operations["postV1TripsHistories"];
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
        /** Creates an operator, admin or driver account; a reason is required. Logins are unique: a repeat is CONFLICT. */
        post: operations["postV1Users"];
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
        /** Reinstates a suspended user, who may then sign in again; a reason is required. */
        post: operations["postV1UsersUserIdReinstate"];
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
        /** Ends all sessions, tokens and sockets of a user; a reason is required. The user may sign in again. */
        post: operations["postV1UsersUserIdRevoke"];
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
        /** Suspends a user at once, until they are reinstated; a reason is required. Admins cannot suspend themselves or the last admin. */
        post: operations["postV1UsersUserIdSuspend"];
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
        Problem: {
            /** @enum {string} */
            code: "SCALE_001" | "SCALE_002" | "SCALE_003" | "SCALE_004" | "SCALE_005" | "SCALE_006" | "BUSY" | "SHED" | "SLOW_CONSUMER" | "STORE_FULL" | "UNAVAILABLE" | "TIMEOUT" | "PROTOCOL_UNSUPPORTED" | "VALIDATION" | "UNKNOWN_EVENT" | "UNAUTHENTICATED" | "TOKEN_INVALID" | "TOKEN_IN_URL" | "TOKEN_EXPIRED" | "TOKEN_REVOKED" | "WRONG_AUDIENCE" | "ORIGIN_DENIED" | "FORBIDDEN" | "NOT_FOUND" | "METHOD_NOT_ALLOWED" | "CONFLICT" | "ILLEGAL_TRANSITION" | "KEY_REUSED" | "GONE" | "UNPRESENTABLE" | "PAYLOAD_TOO_LARGE" | "CONNECTION_LIMIT" | "CONNECTION_REPLACED" | "DRAINING" | "INTERNAL";
            detail?: string;
            /** @enum {string} */
            effect?: "none" | "unknown";
            issues?: {
                message: string;
                path: string;
            }[];
            requestId: string;
            retryAfterMs?: number;
            status: number;
            title: string;
            type: string;
            version?: number;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getWellKnownJwksJson: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The public keys that verify access tokens, each with its end date. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        keys: {
                            /** @constant */
                            alg: "EdDSA";
                            /** @constant */
                            crv: "Ed25519";
                            kid: string;
                            /** @constant */
                            kty: "OKP";
                            /** @constant */
                            use: "sig";
                            x: string;
                        }[];
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
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Degraded servers, and missing processes of the region, each with its reason. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        level?: number;
                        process: string;
                        reasons: {
                            dependency: string;
                            reason: string;
                        }[];
                        /** @enum {string} */
                        status: "ok" | "degraded" | "unready";
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
    getHealthLive: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The process runs and its event loop responds. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        level?: number;
                        process: string;
                        reasons: {
                            dependency: string;
                            reason: string;
                        }[];
                        /** @enum {string} */
                        status: "ok" | "degraded" | "unready";
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
    getHealthReady: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The process accepts requests: listening, not draining, event loop not lagging; 503 otherwise. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        level?: number;
                        process: string;
                        reasons: {
                            dependency: string;
                            reason: string;
                        }[];
                        /** @enum {string} */
                        status: "ok" | "degraded" | "unready";
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
    postV1Accounts: {
        parameters: {
            query?: never;
            header?: {
                /** @description Generated by the client. A request repeated under the same key within 24 h is performed once and gets the same answer. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    login: string;
                    name: string;
                    password: string;
                    /** @enum {string} */
                    role: "rider" | "driver";
                    vehicle?: {
                        description: string;
                        plate: string;
                    };
                };
            };
        };
        responses: {
            /** @description Registers a rider or a driver and signs in. The login is an e-mail address or a phone number, unique in a region. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: date-time */
                        expiresAt: string;
                        expiresIn: number;
                        id: string;
                        /** Format: date-time */
                        refreshExpiresAt: string;
                        refreshToken: string;
                        /** @enum {string} */
                        role: "driver" | "rider" | "operator" | "admin";
                        token: string;
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
    getV1AdminAudit: {
        parameters: {
            query?: {
                action?: string;
                actor?: string;
                cursor?: string;
                fields?: string;
                from?: string;
                limit?: number;
                target?: string;
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Audit log entries (actor, action, target, reason), newest first; filtered by actor, target, action or time. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        entries: {
                            action?: string;
                            actor?: {
                                id: string;
                                role: string;
                            };
                            /** Format: date-time */
                            at?: string;
                            data?: {
                                [key: string]: unknown;
                            };
                            id?: string;
                            target?: string;
                        }[];
                        next: string | null;
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
    postV1AdminBoardSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Opens the queue board for 15 minutes: the answer sets a cookie limited to the board's path. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: date-time */
                        expiresAt: string;
                        url: string;
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
    getV1AdminCaches: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Reads through each cache of the answering node, and the share that did not need MongoDB. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        caches: {
                            cache: string;
                            degraded: number;
                            hit: number;
                            hitRate: number | null;
                            miss: number;
                            process: number;
                            reads: number;
                            stale: number;
                            ttlMs: number;
                        }[];
                        process: string;
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
    putV1AdminCatalogueTier: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tier: "standard" | "comfort" | "xl";
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    open: boolean;
                    reason: string;
                    version: number;
                };
            };
        };
        responses: {
            /** @description Opens or closes a tier, if the catalogue is still at the given version. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        tiers: {
                            open: boolean;
                            tariff: {
                                /** @description an integer of the currency's minor units (ISO 4217) */
                                baseMinor: number;
                                currency: string;
                                /** @description an integer of the currency's minor units (ISO 4217) */
                                minimumMinor: number;
                                /** @description the currency's minor units; may have decimals */
                                perKmMinor: number;
                                /** @description the currency's minor units; may have decimals */
                                perMinuteMinor: number;
                            };
                            /** @enum {string} */
                            tier: "standard" | "comfort" | "xl";
                        }[];
                        version: number;
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
    getV1AdminDrivers: {
        parameters: {
            query?: {
                cursor?: string;
                fields?: string;
                limit?: number;
                tier?: "standard" | "comfort" | "xl";
                vehicleId?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Drivers with an account, newest first, each with their entry in the live index. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        drivers: {
                            /** Format: date-time */
                            createdAt?: string;
                            driverId?: string;
                            lastFixAt?: string | null;
                            login?: string | null;
                            name?: string;
                            /** @enum {string} */
                            state?: "active" | "suspended";
                            status?: ("available" | "busy" | "offline") | null;
                            tier?: string;
                            vehicle?: {
                                description: string;
                                id: string;
                                plate: string;
                            } | null;
                        }[];
                        next: string | null;
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
    getV1AdminErasures: {
        parameters: {
            query?: {
                cursor?: string;
                fields?: string;
                limit?: number;
                userId?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Erasures of persons, newest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        erasures: {
                            blockedBy?: string | null;
                            erasureId?: string;
                            finishedAt?: string | null;
                            proof?: {
                                /** Format: date-time */
                                at: string;
                                clean: boolean;
                                stores: {
                                    found: number;
                                    kept?: string;
                                    searched: number;
                                    store: string;
                                }[];
                            } | null;
                            /** Format: date-time */
                            requestedAt?: string;
                            role?: ("driver" | "rider" | "operator" | "admin") | null;
                            /** @enum {string} */
                            state?: "waiting" | "running" | "blocked" | "done";
                            steps?: {
                                finishedAt: string | null;
                                name: string;
                                /** @enum {string} */
                                state: "waiting" | "done";
                                touched: number;
                            }[];
                            userId?: string;
                        }[];
                        next: string | null;
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
    getV1AdminErasuresErasureId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                erasureId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The report of an erasure: its steps, and the search for the id in every store. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        blockedBy: string | null;
                        erasureId: string;
                        finishedAt: string | null;
                        proof: {
                            /** Format: date-time */
                            at: string;
                            clean: boolean;
                            stores: {
                                found: number;
                                kept?: string;
                                searched: number;
                                store: string;
                            }[];
                        } | null;
                        /** Format: date-time */
                        requestedAt: string;
                        role: ("driver" | "rider" | "operator" | "admin") | null;
                        /** @enum {string} */
                        state: "waiting" | "running" | "blocked" | "done";
                        steps: {
                            finishedAt: string | null;
                            name: string;
                            /** @enum {string} */
                            state: "waiting" | "done";
                            touched: number;
                        }[];
                        userId: string;
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
    getV1AdminFinanceCsv: {
        parameters: {
            query: {
                from: string;
                to: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Completed trips, and rides that their riders ended because the driver was silent, in [`from`, `to`), times or days of the region, with their fares in minor units, streamed as CSV. */
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
    getV1AdminLimits: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Every request limit in force, and the callers over it now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        complete: boolean;
                        limits: {
                            blocked: {
                                key: string;
                                resetMs: number;
                                used: number;
                            }[];
                            by: string;
                            help: string;
                            name: string;
                            over: string;
                            points: number;
                            whenRedisIsAway: string;
                            windowSeconds: number;
                        }[];
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
    postV1AdminPeopleUserIdErasure: {
        parameters: {
            query?: never;
            header?: {
                /** @description Generated by the client. A request repeated under the same key within 24 h is performed once and gets the same answer. */
                "Idempotency-Key"?: string;
            };
            path: {
                userId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reason: string;
                };
            };
        };
        responses: {
            /** @description Requests the erasure of a person from every store. Answers at once; the report has the progress and the proof. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        blockedBy: string | null;
                        erasureId: string;
                        finishedAt: string | null;
                        proof: {
                            /** Format: date-time */
                            at: string;
                            clean: boolean;
                            stores: {
                                found: number;
                                kept?: string;
                                searched: number;
                                store: string;
                            }[];
                        } | null;
                        /** Format: date-time */
                        requestedAt: string;
                        role: ("driver" | "rider" | "operator" | "admin") | null;
                        /** @enum {string} */
                        state: "waiting" | "running" | "blocked" | "done";
                        steps: {
                            finishedAt: string | null;
                            name: string;
                            /** @enum {string} */
                            state: "waiting" | "done";
                            touched: number;
                        }[];
                        userId: string;
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
    postV1AdminPeopleUserIdExport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                userId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    after?: string;
                    reason: string;
                };
            };
        };
        responses: {
            /** @description All stored data of a person, streamed as JSON lines; the last line is `end`. An export that broke off continues with the `after` of its last `cursor` line. */
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
    postV1AdminPromotions: {
        parameters: {
            query?: never;
            header?: {
                /** @description Generated by the client. A request repeated under the same key within 24 h is performed once and gets the same answer. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    code: string;
                    /** Format: date-time */
                    from: string;
                    percentOff: number;
                    reason: string;
                    /** @default null */
                    tier?: ("standard" | "comfort" | "xl") | null;
                    /** Format: date-time */
                    until: string;
                };
            };
        };
        responses: {
            /** @description Adds a promotion under a unique code. Repeats change nothing. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        promotions: {
                            code: string;
                            /** Format: date-time */
                            from: string;
                            percentOff: number;
                            tier: ("standard" | "comfort" | "xl") | null;
                            /** Format: date-time */
                            until: string;
                        }[];
                        version: number;
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
    postV1AdminPromotionsCodeEnd: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                code: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reason: string;
                };
            };
        };
        responses: {
            /** @description Ends a promotion. A promotion that does not exist counts as ended. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        promotions: {
                            code: string;
                            /** Format: date-time */
                            from: string;
                            percentOff: number;
                            tier: ("standard" | "comfort" | "xl") | null;
                            /** Format: date-time */
                            until: string;
                        }[];
                        version: number;
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
    getV1AdminRegions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The settings of the region that this server serves: retention, currency, time zone, locale. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        regions: {
                            currency: string;
                            locale: string;
                            region: string;
                            /** @description The last change of the retention, and how far it has been applied to stored documents. */
                            retentionChange: {
                                changed: number;
                                checked: number;
                                /** @description estimate, null until the job has started */
                                documents: number | null;
                                finishedAt: string | null;
                                retentionDays: number;
                                /** @description documents that keep their expiry, since MongoDB refused the write */
                                skipped: number;
                                /** Format: date-time */
                                startsAt: string;
                                /** @enum {string} */
                                state: "waiting" | "running" | "done";
                                version: number;
                            } | null;
                            retentionDays: number;
                            updatedAt: string | null;
                            version: number;
                            zone: string;
                        }[];
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
    putV1AdminRegionsRegion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                region: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description ISO 4217 */
                    currency: string;
                    /** @description BCP 47 */
                    locale: string;
                    reason: string;
                    retentionDays: number;
                    version: number;
                    /** @description IANA time zone */
                    zone: string;
                };
            };
        };
        responses: {
            /** @description Changes the settings of the region. In force on every node after 30 s, the currency at once. A changed retention is then applied to stored data by a background job; retentionChange has its progress. Repeating the change that is in force succeeds. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        currency: string;
                        locale: string;
                        region: string;
                        /** @description The last change of the retention, and how far it has been applied to stored documents. */
                        retentionChange: {
                            changed: number;
                            checked: number;
                            /** @description estimate, null until the job has started */
                            documents: number | null;
                            finishedAt: string | null;
                            retentionDays: number;
                            /** @description documents that keep their expiry, since MongoDB refused the write */
                            skipped: number;
                            /** Format: date-time */
                            startsAt: string;
                            /** @enum {string} */
                            state: "waiting" | "running" | "done";
                            version: number;
                        } | null;
                        retentionDays: number;
                        updatedAt: string | null;
                        version: number;
                        zone: string;
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
    getV1AdminRevocations: {
        parameters: {
            query?: {
                cursor?: string;
                fields?: string;
                limit?: number;
                subject?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Revocations of tokens, newest first; each is removed when the last token that it covers has expired. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        next: string | null;
                        revocations: {
                            /** Format: date-time */
                            at?: string;
                            /** Format: date-time */
                            expireAt?: string;
                            id?: string;
                            /** @enum {string} */
                            kind?: "user" | "session";
                            /** Format: date-time */
                            notBefore?: string;
                            subject?: string;
                            userId?: string;
                        }[];
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
    getV1AdminRiders: {
        parameters: {
            query?: {
                cursor?: string;
                fields?: string;
                limit?: number;
                login?: string;
                state?: "active" | "suspended";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Riders with an account, newest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        next: string | null;
                        riders: {
                            /** Format: date-time */
                            createdAt?: string;
                            login?: string | null;
                            name?: string;
                            riderId?: string;
                            /** @enum {string} */
                            state?: "active" | "suspended";
                        }[];
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
    postV1BucketEvents: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    Records: {
                        eventName?: string;
                        s3: {
                            object: {
                                key: string;
                            };
                        };
                    }[];
                };
            };
        };
        responses: {
            /** @description Event notifications of the bucket for arrived objects, beside `complete`: the same check, the same write. Authorization: Bearer with the shared secret. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        filed: number;
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
    getV1Catalogue: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The services of this region: tiers, their tariffs, and whether they are open. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        tiers: {
                            open: boolean;
                            tariff: {
                                /** @description an integer of the currency's minor units (ISO 4217) */
                                baseMinor: number;
                                currency: string;
                                /** @description an integer of the currency's minor units (ISO 4217) */
                                minimumMinor: number;
                                /** @description the currency's minor units; may have decimals */
                                perKmMinor: number;
                                /** @description the currency's minor units; may have decimals */
                                perMinuteMinor: number;
                            };
                            /** @enum {string} */
                            tier: "standard" | "comfort" | "xl";
                        }[];
                        version: number;
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
    getV1DeadLetters: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Dead letters, which could not be processed: counts by source and cause. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        sources: {
                            byCause: {
                                [key: string]: number;
                            };
                            count: number;
                            counted: number;
                            /** @enum {string} */
                            kind: "stream" | "queue";
                            source: string;
                        }[];
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
    getV1DeadLettersSource: {
        parameters: {
            query?: {
                cursor?: string;
                fields?: string;
                limit?: number;
            };
            header?: never;
            path: {
                source: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Dead letters of one source, oldest first, without their content. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        letters: {
                            /** Format: date-time */
                            at?: string;
                            attempts?: number | null;
                            boot?: string;
                            bytes?: number;
                            cause?: string;
                            driverId?: string;
                            entry?: string;
                            id?: string;
                            job?: string;
                            reason?: string;
                            replayable?: boolean;
                            seqs?: number[];
                        }[];
                        next: string | null;
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
    postV1DeadLettersSourceIdReplay: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                source: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reason: string;
                };
            };
        };
        responses: {
            /** @description Replays one dead letter. Repeats have no second effect; unreadable dead letters are refused. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        /** @enum {string} */
                        outcome: "replayed" | "already" | "refused";
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
    postV1DeadLettersSourceReplay: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                source: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    cursor?: string;
                    /** @default 100 */
                    limit?: number;
                    reason: string;
                };
            };
        };
        responses: {
            /** @description Replays a batch, oldest first. Unreadable dead letters stay, and `next` continues after them. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        already: number;
                        next: string | null;
                        refused: number;
                        replayed: number;
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
    postV1DevTrips: {
        parameters: {
            query?: never;
            header?: {
                /** @description Generated by the client. A request repeated under the same key within 24 h is performed once and gets the same answer. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: date-time */
                    at: string;
                    driverId: string;
                    dropoff: {
                        lat: number;
                        lng: number;
                    };
                    pickup: {
                        lat: number;
                        lng: number;
                    };
                    riderId: string;
                    tripId: string;
                };
            };
        };
        responses: {
            /** @description Opens a trip with its driver already assigned (development only). Repeats answer the same trip. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        attention: ("driver_silent" | "fare_review") | null;
                        driverId: string | null;
                        driverSilentSince: string | null;
                        dropoff: {
                            lat: number;
                            lng: number;
                        };
                        endedAt: string | null;
                        fare: {
                            assumed: boolean;
                            currency: string;
                            /** @description an integer of the currency's minor units (ISO 4217) */
                            minor: number;
                        } | null;
                        offers?: {
                            distanceMetres: number;
                            driverId: string;
                            endedAt: string | null;
                            etaSeconds: number;
                            /** Format: date-time */
                            expiresAt: string;
                            /** Format: date-time */
                            offeredAt: string;
                            offerId: string;
                            /** @enum {string} */
                            state: "open" | "accepted" | "declined" | "expired" | "undelivered" | "revoked";
                        }[];
                        open: boolean;
                        pickup: {
                            lat: number;
                            lng: number;
                        };
                        reason: string | null;
                        /** Format: date-time */
                        requestedAt: string;
                        riderId: string;
                        riderMayEnd: boolean;
                        scheduledAt: string | null;
                        slot: ("active" | "queued") | null;
                        /** @enum {string} */
                        state: "scheduled" | "searching" | "offered" | "accepted" | "arrived" | "in_progress" | "at_stop" | "completed" | "cancelled" | "no_show" | "no_drivers" | "failed";
                        stops: {
                            lat: number;
                            lng: number;
                        }[];
                        tier: string;
                        tripId: string;
                        version: number;
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
    postV1DevTripsTripIdClose: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tripId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: date-time */
                    at: string;
                };
            };
        };
        responses: {
            /** @description Ends an imported trip (development only). Repeats answer the ended trip. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        attention: ("driver_silent" | "fare_review") | null;
                        driverId: string | null;
                        driverSilentSince: string | null;
                        dropoff: {
                            lat: number;
                            lng: number;
                        };
                        endedAt: string | null;
                        fare: {
                            assumed: boolean;
                            currency: string;
                            /** @description an integer of the currency's minor units (ISO 4217) */
                            minor: number;
                        } | null;
                        offers?: {
                            distanceMetres: number;
                            driverId: string;
                            endedAt: string | null;
                            etaSeconds: number;
                            /** Format: date-time */
                            expiresAt: string;
                            /** Format: date-time */
                            offeredAt: string;
                            offerId: string;
                            /** @enum {string} */
                            state: "open" | "accepted" | "declined" | "expired" | "undelivered" | "revoked";
                        }[];
                        open: boolean;
                        pickup: {
                            lat: number;
                            lng: number;
                        };
                        reason: string | null;
                        /** Format: date-time */
                        requestedAt: string;
                        riderId: string;
                        riderMayEnd: boolean;
                        scheduledAt: string | null;
                        slot: ("active" | "queued") | null;
                        /** @enum {string} */
                        state: "scheduled" | "searching" | "offered" | "accepted" | "arrived" | "in_progress" | "at_stop" | "completed" | "cancelled" | "no_show" | "no_drivers" | "failed";
                        stops: {
                            lat: number;
                            lng: number;
                        }[];
                        tier: string;
                        tripId: string;
                        version: number;
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
    putV1DevicesDeviceId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                deviceId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description BCP 47 */
                    locale?: string;
                    /** @enum {string} */
                    platform: "android" | "ios" | "web";
                    token: string;
                };
            };
        };
        responses: {
            /** @description Registers the push token of the caller's phone. A token registered by another user moves to the caller. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        deviceId: string;
                        /** @enum {string} */
                        platform: "android" | "ios" | "web";
                        /** Format: date-time */
                        updatedAt: string;
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
    deleteV1DevicesDeviceId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                deviceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Removes the caller's phone, at sign-out. Repeats change nothing. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        deviceId: string;
                        /** @constant */
                        removed: true;
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
    getV1DocumentReviews: {
        parameters: {
            query?: {
                cursor?: string;
                fields?: string;
                limit?: number;
                type?: "driving_licence" | "vehicle_registration" | "insurance" | "background_check" | "profile_photo";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Documents that wait for review, oldest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        documents: {
                            /** @enum {string} */
                            contentType?: "image/jpeg" | "image/png" | "image/webp" | "application/pdf";
                            /** Format: date-time */
                            createdAt?: string;
                            documentId?: string;
                            expiresAt?: string | null;
                            facts?: {
                                [key: string]: string | number | boolean;
                            } | null;
                            rejection?: {
                                /** @enum {string} */
                                code: "UNKNOWN_FORMAT" | "FORMAT_NOT_ACCEPTED" | "DAMAGED" | "TOO_MANY_PIXELS" | "TOO_SMALL" | "TOO_COMPLEX" | "PDF_ENCRYPTED" | "PDF_ACTIVE_CONTENT" | "PDF_FORM_UNREADABLE" | "PDF_TOO_MANY_PAGES" | "BYTES_DIFFER" | "FILE_MISSING" | "INFECTED" | "NOT_ACCEPTED" | "PROCESSING_FAILED";
                                text: string;
                            } | null;
                            review?: {
                                at: string | null;
                                reason: string | null;
                                /** @enum {string} */
                                state: "pending" | "approved" | "rejected" | "lapsed";
                            } | null;
                            size?: number;
                            /** @enum {string} */
                            status?: "granted" | "uploaded" | "processing" | "processed" | "rejected" | "expired";
                            /** @enum {string} */
                            type?: "driving_licence" | "vehicle_registration" | "insurance" | "background_check" | "profile_photo";
                            /** Format: date-time */
                            updatedAt?: string;
                            userId?: string;
                            validUntil?: string | null;
                            validUntilDay?: string | null;
                            version?: number;
                        }[];
                        next: string | null;
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
    postV1DocumentReviewsBatch: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reviews: {
                        /** @enum {string} */
                        decision: "approve" | "reject";
                        documentId: string;
                        reason?: string;
                        validUntil?: string;
                        version: number;
                    }[];
                };
            };
        };
        responses: {
            /** @description Up to 100 decisions, applied one after the other: one result per decision, in the given order. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        results: ({
                            id: string;
                            /** @constant */
                            ok: true;
                            value: {
                                /** @enum {string} */
                                contentType: "image/jpeg" | "image/png" | "image/webp" | "application/pdf";
                                /** Format: date-time */
                                createdAt: string;
                                documentId: string;
                                expiresAt: string | null;
                                facts: {
                                    [key: string]: string | number | boolean;
                                } | null;
                                rejection: {
                                    /** @enum {string} */
                                    code: "UNKNOWN_FORMAT" | "FORMAT_NOT_ACCEPTED" | "DAMAGED" | "TOO_MANY_PIXELS" | "TOO_SMALL" | "TOO_COMPLEX" | "PDF_ENCRYPTED" | "PDF_ACTIVE_CONTENT" | "PDF_FORM_UNREADABLE" | "PDF_TOO_MANY_PAGES" | "BYTES_DIFFER" | "FILE_MISSING" | "INFECTED" | "NOT_ACCEPTED" | "PROCESSING_FAILED";
                                    text: string;
                                } | null;
                                review: {
                                    at: string | null;
                                    reason: string | null;
                                    /** @enum {string} */
                                    state: "pending" | "approved" | "rejected" | "lapsed";
                                } | null;
                                size: number;
                                /** @enum {string} */
                                status: "granted" | "uploaded" | "processing" | "processed" | "rejected" | "expired";
                                /** @enum {string} */
                                type: "driving_licence" | "vehicle_registration" | "insurance" | "background_check" | "profile_photo";
                                /** Format: date-time */
                                updatedAt: string;
                                userId: string;
                                validUntil: string | null;
                                validUntilDay: string | null;
                                version: number;
                            };
                        } | {
                            /** @enum {string} */
                            code: "SCALE_001" | "SCALE_002" | "SCALE_003" | "SCALE_004" | "SCALE_005" | "SCALE_006" | "BUSY" | "SHED" | "SLOW_CONSUMER" | "STORE_FULL" | "UNAVAILABLE" | "TIMEOUT" | "PROTOCOL_UNSUPPORTED" | "VALIDATION" | "UNKNOWN_EVENT" | "UNAUTHENTICATED" | "TOKEN_INVALID" | "TOKEN_IN_URL" | "TOKEN_EXPIRED" | "TOKEN_REVOKED" | "WRONG_AUDIENCE" | "ORIGIN_DENIED" | "FORBIDDEN" | "NOT_FOUND" | "METHOD_NOT_ALLOWED" | "CONFLICT" | "ILLEGAL_TRANSITION" | "KEY_REUSED" | "GONE" | "UNPRESENTABLE" | "PAYLOAD_TOO_LARGE" | "CONNECTION_LIMIT" | "CONNECTION_REPLACED" | "DRAINING" | "INTERNAL";
                            detail?: string;
                            id: string;
                            /** @constant */
                            ok: false;
                        })[];
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
    getV1Documents: {
        parameters: {
            query?: {
                cursor?: string;
                fields?: string;
                limit?: number;
                status?: "granted" | "uploaded" | "processing" | "processed" | "rejected" | "expired";
                type?: "driving_licence" | "vehicle_registration" | "insurance" | "background_check" | "profile_photo";
                userId?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Documents, newest first, in pages. Drivers and riders see their own only. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        documents: {
                            /** @enum {string} */
                            contentType?: "image/jpeg" | "image/png" | "image/webp" | "application/pdf";
                            /** Format: date-time */
                            createdAt?: string;
                            documentId?: string;
                            expiresAt?: string | null;
                            facts?: {
                                [key: string]: string | number | boolean;
                            } | null;
                            rejection?: {
                                /** @enum {string} */
                                code: "UNKNOWN_FORMAT" | "FORMAT_NOT_ACCEPTED" | "DAMAGED" | "TOO_MANY_PIXELS" | "TOO_SMALL" | "TOO_COMPLEX" | "PDF_ENCRYPTED" | "PDF_ACTIVE_CONTENT" | "PDF_FORM_UNREADABLE" | "PDF_TOO_MANY_PAGES" | "BYTES_DIFFER" | "FILE_MISSING" | "INFECTED" | "NOT_ACCEPTED" | "PROCESSING_FAILED";
                                text: string;
                            } | null;
                            review?: {
                                at: string | null;
                                reason: string | null;
                                /** @enum {string} */
                                state: "pending" | "approved" | "rejected" | "lapsed";
                            } | null;
                            size?: number;
                            /** @enum {string} */
                            status?: "granted" | "uploaded" | "processing" | "processed" | "rejected" | "expired";
                            /** @enum {string} */
                            type?: "driving_licence" | "vehicle_registration" | "insurance" | "background_check" | "profile_photo";
                            /** Format: date-time */
                            updatedAt?: string;
                            userId?: string;
                            validUntil?: string | null;
                            validUntilDay?: string | null;
                            version?: number;
                        }[];
                        next: string | null;
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
    postV1Documents: {
        parameters: {
            query?: never;
            header?: {
                /** @description Generated by the client. A request repeated under the same key within 24 h is performed once and gets the same answer. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    contentType: "image/jpeg" | "image/png" | "image/webp" | "application/pdf";
                    /** @default 300 */
                    expiresInSeconds?: number;
                    sha256: string;
                    size: number;
                    /** @enum {string} */
                    type: "driving_licence" | "vehicle_registration" | "insurance" | "background_check" | "profile_photo";
                };
            };
        };
        responses: {
            /** @description Issues a form to upload one file of exactly this size, type and SHA-256. Post its fields, then the file. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        curl: string;
                        documentId: string;
                        /** Format: date-time */
                        expiresAt: string;
                        fields: {
                            [key: string]: string;
                        };
                        key: string;
                        /** Format: uri */
                        presignedUrl: string;
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
    getV1DocumentsDocumentId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                documentId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One document, for its owner and operators. After its check it has URLs of the cleaned copy that are valid for five minutes. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        contentType: "image/jpeg" | "image/png" | "image/webp" | "application/pdf";
                        /** Format: date-time */
                        createdAt: string;
                        dayZone: string;
                        documentId: string;
                        expiresAt: string | null;
                        facts: {
                            [key: string]: string | number | boolean;
                        } | null;
                        links: {
                            /** Format: date-time */
                            expiresAt: string;
                            /** Format: uri */
                            file: string;
                            thumbnail: string | null;
                        } | null;
                        rejection: {
                            /** @enum {string} */
                            code: "UNKNOWN_FORMAT" | "FORMAT_NOT_ACCEPTED" | "DAMAGED" | "TOO_MANY_PIXELS" | "TOO_SMALL" | "TOO_COMPLEX" | "PDF_ENCRYPTED" | "PDF_ACTIVE_CONTENT" | "PDF_FORM_UNREADABLE" | "PDF_TOO_MANY_PAGES" | "BYTES_DIFFER" | "FILE_MISSING" | "INFECTED" | "NOT_ACCEPTED" | "PROCESSING_FAILED";
                            text: string;
                        } | null;
                        review: {
                            at: string | null;
                            reason: string | null;
                            /** @enum {string} */
                            state: "pending" | "approved" | "rejected" | "lapsed";
                        } | null;
                        size: number;
                        /** @enum {string} */
                        status: "granted" | "uploaded" | "processing" | "processed" | "rejected" | "expired";
                        /** @enum {string} */
                        type: "driving_licence" | "vehicle_registration" | "insurance" | "background_check" | "profile_photo";
                        /** Format: date-time */
                        updatedAt: string;
                        userId: string;
                        validUntil: string | null;
                        validUntilDay: string | null;
                        version: number;
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
    postV1DocumentsDocumentIdComplete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                documentId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Reports that the file was uploaded. The server checks the object, registers it and queues its processing. Repeats have no second effect. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        code?: "SCALE_001";
                        documentId: string;
                        estimatedWaitMs: number;
                        jobId: string;
                        queuePosition: number;
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
    postV1DocumentsDocumentIdReview: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                documentId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    decision: "approve" | "reject";
                    reason?: string;
                    validUntil?: string;
                    version: number;
                };
            };
        };
        responses: {
            /** @description Approves or rejects a document at the reviewed version; a later decision replaces it. The audit log has every decision. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        contentType: "image/jpeg" | "image/png" | "image/webp" | "application/pdf";
                        /** Format: date-time */
                        createdAt: string;
                        documentId: string;
                        expiresAt: string | null;
                        facts: {
                            [key: string]: string | number | boolean;
                        } | null;
                        rejection: {
                            /** @enum {string} */
                            code: "UNKNOWN_FORMAT" | "FORMAT_NOT_ACCEPTED" | "DAMAGED" | "TOO_MANY_PIXELS" | "TOO_SMALL" | "TOO_COMPLEX" | "PDF_ENCRYPTED" | "PDF_ACTIVE_CONTENT" | "PDF_FORM_UNREADABLE" | "PDF_TOO_MANY_PAGES" | "BYTES_DIFFER" | "FILE_MISSING" | "INFECTED" | "NOT_ACCEPTED" | "PROCESSING_FAILED";
                            text: string;
                        } | null;
                        review: {
                            at: string | null;
                            reason: string | null;
                            /** @enum {string} */
                            state: "pending" | "approved" | "rejected" | "lapsed";
                        } | null;
                        size: number;
                        /** @enum {string} */
                        status: "granted" | "uploaded" | "processing" | "processed" | "rejected" | "expired";
                        /** @enum {string} */
                        type: "driving_licence" | "vehicle_registration" | "insurance" | "background_check" | "profile_photo";
                        /** Format: date-time */
                        updatedAt: string;
                        userId: string;
                        validUntil: string | null;
                        validUntilDay: string | null;
                        version: number;
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
    postV1DocumentsCopies: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    documentIds: string[];
                };
            };
        };
        responses: {
            /** @description Up to 20 documents by id, each with its status and the objects stored of its clean copy: one result per id, in the order requested. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        results: ({
                            id: string;
                            /** @constant */
                            ok: true;
                            value: {
                                /** @description how often its processing began */
                                attempts: number;
                                /** @description false: there are more than 50 */
                                complete: boolean;
                                copies: {
                                    /** @description which attempt wrote it; null for `unknown` */
                                    attempt: number | null;
                                    current: boolean;
                                    /** @enum {string} */
                                    kind: "file" | "thumbnail" | "unknown";
                                    size: number;
                                    /** Format: date-time */
                                    storedAt: string;
                                }[];
                                documentId: string;
                                rejection: ("UNKNOWN_FORMAT" | "FORMAT_NOT_ACCEPTED" | "DAMAGED" | "TOO_MANY_PIXELS" | "TOO_SMALL" | "TOO_COMPLEX" | "PDF_ENCRYPTED" | "PDF_ACTIVE_CONTENT" | "PDF_FORM_UNREADABLE" | "PDF_TOO_MANY_PAGES" | "BYTES_DIFFER" | "FILE_MISSING" | "INFECTED" | "NOT_ACCEPTED" | "PROCESSING_FAILED") | null;
                                /** @enum {string} */
                                status: "granted" | "uploaded" | "processing" | "processed" | "rejected" | "expired";
                            };
                        } | {
                            /** @enum {string} */
                            code: "SCALE_001" | "SCALE_002" | "SCALE_003" | "SCALE_004" | "SCALE_005" | "SCALE_006" | "BUSY" | "SHED" | "SLOW_CONSUMER" | "STORE_FULL" | "UNAVAILABLE" | "TIMEOUT" | "PROTOCOL_UNSUPPORTED" | "VALIDATION" | "UNKNOWN_EVENT" | "UNAUTHENTICATED" | "TOKEN_INVALID" | "TOKEN_IN_URL" | "TOKEN_EXPIRED" | "TOKEN_REVOKED" | "WRONG_AUDIENCE" | "ORIGIN_DENIED" | "FORBIDDEN" | "NOT_FOUND" | "METHOD_NOT_ALLOWED" | "CONFLICT" | "ILLEGAL_TRANSITION" | "KEY_REUSED" | "GONE" | "UNPRESENTABLE" | "PAYLOAD_TOO_LARGE" | "CONNECTION_LIMIT" | "CONNECTION_REPLACED" | "DRAINING" | "INTERNAL";
                            detail?: string;
                            id: string;
                            /** @constant */
                            ok: false;
                        })[];
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
    getV1DriversDriverIdHealth: {
        parameters: {
            query?: {
                from?: string;
                to?: string;
            };
            header?: never;
            path: {
                driverId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How well a driver was tracked in a window of at most a day: the tracking rate, every outage with its reason, and the phone's newest report. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        device: {
                            /** Format: date-time */
                            at: string;
                            battery?: number;
                            batterySaver?: boolean;
                            boot: string;
                            charging?: boolean;
                            clockSkewMs?: number;
                            expected?: number;
                            /** @enum {string} */
                            gps?: "on" | "off";
                            /** @enum {string} */
                            permission?: "always" | "while_in_use" | "denied" | "not_asked";
                            received?: number;
                        } | null;
                        driverId: string;
                        /** @description time with the status available or busy, or on a trip */
                        dutyMs: number;
                        /** Format: date-time */
                        from: string;
                        outageCount: number;
                        outages: {
                            /** Format: date-time */
                            from: string;
                            ongoing: boolean;
                            /** @enum {string} */
                            reason: "permission_denied" | "gps_off" | "silent_source" | "task_lost" | "app_suspended" | "app_killed" | "device_restarted" | "battery_saver" | "battery_low" | "clock_skew" | "stopped" | "battery_empty" | "refused_fixes" | "no_connection";
                            reported: boolean;
                            /** Format: date-time */
                            to: string;
                            verdict?: string;
                        }[];
                        /** Format: date-time */
                        to: string;
                        /** @description of it, time without an outage */
                        trackedMs: number;
                        trackingRate: number | null;
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
    getV1DriversDriverIdLedger: {
        parameters: {
            query?: {
                cursor?: string;
            };
            header?: never;
            path: {
                driverId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The outcome of every fix of a driver, by app start: stored, refused by reason, missing. The newest app starts are on the first page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        boots: {
                            boot: string;
                            /** Format: date-time */
                            from: string;
                            highestSeq: number;
                            lowestSeq: number;
                            missing: number[][];
                            /** @description missing ranges, listed or not */
                            missingRanges: number;
                            /** @description missing seqs, listed or not */
                            missingSeqs: number;
                            /** @description the app start is longer than a week of one fix a second: seqs below lowestSeq are not counted */
                            partial: boolean;
                            received: number;
                            refused: number;
                            refusedBy: {
                                [key: string]: number;
                            };
                            stored: number;
                            /** Format: date-time */
                            to: string;
                            /** @enum {string} */
                            verdict: "complete" | "missing";
                        }[];
                        driverId: string;
                        /** @description cursor of the page with older app starts; null on the last page */
                        next: string | null;
                        /** @enum {string} */
                        verdict: "complete" | "missing" | "empty";
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
    getV1DriversDriverIdTrack: {
        parameters: {
            query: {
                cursor?: string;
                format?: "geojson" | "gpx" | "csv";
                from: string;
                limit?: number;
                refused?: boolean;
                to: string;
            };
            header?: never;
            path: {
                driverId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Fixes of a driver in [`from`, `to`), in time order; the Link header has the next page. */
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
    postV1DriversBatch: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    driverIds: string[];
                };
            };
        };
        responses: {
            /** @description Up to 100 drivers by id: one result per id, in the order requested. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        results: ({
                            id: string;
                            /** @constant */
                            ok: true;
                            value: {
                                /** Format: date-time */
                                createdAt: string;
                                driverId: string;
                                lastFixAt: string | null;
                                login: string | null;
                                name: string;
                                /** @enum {string} */
                                state: "active" | "suspended";
                                status: ("available" | "busy" | "offline") | null;
                                tier: string;
                                vehicle: {
                                    description: string;
                                    id: string;
                                    plate: string;
                                } | null;
                            };
                        } | {
                            /** @enum {string} */
                            code: "SCALE_001" | "SCALE_002" | "SCALE_003" | "SCALE_004" | "SCALE_005" | "SCALE_006" | "BUSY" | "SHED" | "SLOW_CONSUMER" | "STORE_FULL" | "UNAVAILABLE" | "TIMEOUT" | "PROTOCOL_UNSUPPORTED" | "VALIDATION" | "UNKNOWN_EVENT" | "UNAUTHENTICATED" | "TOKEN_INVALID" | "TOKEN_IN_URL" | "TOKEN_EXPIRED" | "TOKEN_REVOKED" | "WRONG_AUDIENCE" | "ORIGIN_DENIED" | "FORBIDDEN" | "NOT_FOUND" | "METHOD_NOT_ALLOWED" | "CONFLICT" | "ILLEGAL_TRANSITION" | "KEY_REUSED" | "GONE" | "UNPRESENTABLE" | "PAYLOAD_TOO_LARGE" | "CONNECTION_LIMIT" | "CONNECTION_REPLACED" | "DRAINING" | "INTERNAL";
                            detail?: string;
                            id: string;
                            /** @constant */
                            ok: false;
                        })[];
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
    postV1DriversMeFixes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    boot: string;
                    fixes: [
                        number,
                        number | null | string,
                        number | null | string,
                        number | null | string
                    ][];
                    lowest?: number;
                };
            };
        };
        responses: {
            /** @description The batch of `location:update` over HTTP, for phones whose network blocks WebSockets. Answers after the append. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        ack: {
                            boot: string;
                            detail?: string;
                            durable: number;
                            gaps: number[][];
                            received: number;
                        };
                        refused: {
                            seq: number;
                            /** @enum {string} */
                            verdict: "ok" | "range" | "null_island" | "accuracy" | "future" | "stale" | "duplicate" | "implausible" | "mock";
                        }[];
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
    getV1DriversSearch: {
        parameters: {
            query: {
                lat: number;
                limit?: number;
                lng: number;
                radius?: number;
                status?: "available" | "busy";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The drivers of one status nearest to a point, with a fix within the freshness window; the answer may be a few seconds old. Riders see rounded positions. For display only: matching runs its own search. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        drivers: {
                            ageMs: number;
                            /** Format: date-time */
                            at: string;
                            distanceMetres: number;
                            driverId?: string;
                            heading: number | null;
                            lat: number;
                            lng: number;
                            speed: number | null;
                        }[];
                        warming: boolean;
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
    getV1Errors: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The closed list of error codes: status, retry advice, text. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
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
    getV1Fares: {
        parameters: {
            query: {
                dropoffLat: number;
                dropoffLng: number;
                pickupLat: number;
                pickupLng: number;
                tier?: "standard" | "comfort" | "xl";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The estimated fare of a trip in the region's currency, with the best current promotion. A closed tier is CONFLICT. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        currency: string;
                        /** @description an integer of the currency's minor units (ISO 4217) */
                        estimateMinor: number;
                        /** @description an integer of the currency's minor units (ISO 4217) */
                        fareMinor: number;
                        open: boolean;
                        promotion: string | null;
                        /** @enum {string} */
                        tier: "standard" | "comfort" | "xl";
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
    getV1Jobs: {
        parameters: {
            query?: {
                cursor?: string;
                fields?: string;
                limit?: number;
                queue?: string;
                status?: "waiting" | "active" | "completed" | "failed";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Jobs of one queue by status, newest first. Jobs may change status between pages, so a page may repeat one. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        jobs: {
                            attempts?: number;
                            /** Format: date-time */
                            createdAt?: string;
                            failedReason?: string | null;
                            id?: string;
                            maxAttempts?: number;
                            processedAt?: string | null;
                            /** @enum {string} */
                            status?: "waiting" | "active" | "completed" | "failed";
                            type?: string;
                        }[];
                        next: string | null;
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
    getV1JobsJobId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                jobId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The status of a job, for the owner of its document and for operators. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        attempts: number;
                        /** Format: date-time */
                        createdAt: string;
                        failedReason: string | null;
                        id: string;
                        maxAttempts: number;
                        processedAt: string | null;
                        /** @enum {string} */
                        status: "waiting" | "active" | "completed" | "failed";
                        type: string;
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
    getV1Me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The caller's account. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: date-time */
                        createdAt: string;
                        driver?: {
                            /** @enum {string} */
                            tier: "standard" | "comfort" | "xl";
                            vehicle: {
                                description: string;
                                id: string;
                                plate: string;
                            } | null;
                        };
                        id: string;
                        login: string;
                        name: string;
                        region: string;
                        /** @enum {string} */
                        role: "driver" | "rider" | "operator" | "admin";
                        /** @enum {string} */
                        state: "active" | "suspended";
                        version: number;
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
    patchV1Me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name?: string;
                    vehicle?: {
                        description: string;
                        plate: string;
                    };
                    version: number;
                };
            };
        };
        responses: {
            /** @description Changes the caller's name, or a driver's vehicle, if the account is still at the given version. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: date-time */
                        createdAt: string;
                        driver?: {
                            /** @enum {string} */
                            tier: "standard" | "comfort" | "xl";
                            vehicle: {
                                description: string;
                                id: string;
                                plate: string;
                            } | null;
                        };
                        id: string;
                        login: string;
                        name: string;
                        region: string;
                        /** @enum {string} */
                        role: "driver" | "rider" | "operator" | "admin";
                        /** @enum {string} */
                        state: "active" | "suspended";
                        version: number;
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
    postV1MePassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    current: string;
                    password: string;
                };
            };
        };
        responses: {
            /** @description Changes the password. Every session of the caller ends; the answer starts a new one. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: date-time */
                        expiresAt: string;
                        expiresIn: number;
                        id: string;
                        /** Format: date-time */
                        refreshExpiresAt: string;
                        refreshToken: string;
                        /** @enum {string} */
                        role: "driver" | "rider" | "operator" | "admin";
                        token: string;
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
    getV1MePreferences: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The preferences of the caller; version 0 while nothing was set. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description BCP 47 */
                        locale: string;
                        /** @enum {string} */
                        tier: "standard" | "comfort" | "xl";
                        /** @enum {string} */
                        units: "metric" | "imperial";
                        version: number;
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
    putV1MePreferences: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description BCP 47 */
                    locale: string;
                    /** @enum {string} */
                    tier: "standard" | "comfort" | "xl";
                    /** @enum {string} */
                    units: "metric" | "imperial";
                    version: number;
                };
            };
        };
        responses: {
            /** @description Sets the preferences of the caller, if they are still at the given version. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description BCP 47 */
                        locale: string;
                        /** @enum {string} */
                        tier: "standard" | "comfort" | "xl";
                        /** @enum {string} */
                        units: "metric" | "imperial";
                        version: number;
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
    getV1Notifications: {
        parameters: {
            query?: {
                cursor?: string;
                fields?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Notifications of the caller, newest first, in pages. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        next: string | null;
                        notifications: {
                            ackedAt?: string | null;
                            body?: string;
                            /** Format: date-time */
                            createdAt?: string;
                            data?: {
                                [key: string]: unknown;
                            };
                            kind?: string;
                            notificationId?: string;
                            title?: string;
                        }[];
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
    postV1NotificationsNotificationIdAck: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                notificationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Acknowledges a notification: it is not sent again. Repeats change nothing. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        acked: true;
                        notificationId: string;
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
    postV1OffersOfferIdAnswer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                offerId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    accept: boolean;
                    commandId: string;
                };
            };
        };
        responses: {
            /** @description A driver's answer to an offer; equivalent to the socket event `offer:answer`. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        state: "scheduled" | "searching" | "offered" | "accepted" | "arrived" | "in_progress" | "at_stop" | "completed" | "cancelled" | "no_show" | "no_drivers" | "failed";
                        tripId: string;
                        version: number;
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
    getV1OpenapiJson: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description This OpenAPI description of every route. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
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
    getV1Promotions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Current and future promotions. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        promotions: {
                            code: string;
                            /** Format: date-time */
                            from: string;
                            percentOff: number;
                            tier: ("standard" | "comfort" | "xl") | null;
                            /** Format: date-time */
                            until: string;
                        }[];
                        version: number;
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
    postV1SignIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    password: string;
                };
            };
        };
        responses: {
            /** @description Starts a session: an access token for 15 minutes and a refresh token. For accounts of all roles. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: date-time */
                        expiresAt: string;
                        expiresIn: number;
                        id: string;
                        /** Format: date-time */
                        refreshExpiresAt: string;
                        refreshToken: string;
                        /** @enum {string} */
                        role: "driver" | "rider" | "operator" | "admin";
                        token: string;
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
    postV1SignOut: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    refreshToken: string;
                };
            };
        };
        responses: {
            /** @description Ends the session of a refresh token, its access tokens and its sockets. Repeats change nothing. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
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
    postV1SignOutEverywhere: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ends all sessions, tokens and sockets of the caller, on every node. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
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
    getV1Time: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The server's domain clock, for phones that report over HTTP. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        domainMs: number;
                        rate: number;
                        wallMs: number;
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
    postV1Token: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    refreshToken: string;
                };
            };
        };
        responses: {
            /** @description Issues the next access token and refresh token of a session. A refresh token works once; reuse ends its session, except one repeat within 10 s after a lost answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: date-time */
                        expiresAt: string;
                        expiresIn: number;
                        id: string;
                        /** Format: date-time */
                        refreshExpiresAt: string;
                        refreshToken: string;
                        /** @enum {string} */
                        role: "driver" | "rider" | "operator" | "admin";
                        token: string;
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
    getV1Trips: {
        parameters: {
            query?: {
                attention?: "driver_silent" | "fare_review";
                cursor?: string;
                driverId?: string;
                fields?: string;
                limit?: number;
                open?: boolean;
                riderId?: string;
                state?: "scheduled" | "searching" | "offered" | "accepted" | "arrived" | "in_progress" | "at_stop" | "completed" | "cancelled" | "no_show" | "no_drivers" | "failed";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Trips, newest first, in pages. Riders and drivers see their own only. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        next: string | null;
                        trips: {
                            attention?: ("driver_silent" | "fare_review") | null;
                            driverId?: string | null;
                            driverSilentSince?: string | null;
                            dropoff?: {
                                lat: number;
                                lng: number;
                            };
                            endedAt?: string | null;
                            fare?: {
                                assumed: boolean;
                                currency: string;
                                /** @description an integer of the currency's minor units (ISO 4217) */
                                minor: number;
                            } | null;
                            offers?: {
                                distanceMetres: number;
                                driverId: string;
                                endedAt: string | null;
                                etaSeconds: number;
                                /** Format: date-time */
                                expiresAt: string;
                                /** Format: date-time */
                                offeredAt: string;
                                offerId: string;
                                /** @enum {string} */
                                state: "open" | "accepted" | "declined" | "expired" | "undelivered" | "revoked";
                            }[];
                            open?: boolean;
                            pickup?: {
                                lat: number;
                                lng: number;
                            };
                            reason?: string | null;
                            /** Format: date-time */
                            requestedAt?: string;
                            riderId?: string;
                            riderMayEnd?: boolean;
                            scheduledAt?: string | null;
                            slot?: ("active" | "queued") | null;
                            /** @enum {string} */
                            state?: "scheduled" | "searching" | "offered" | "accepted" | "arrived" | "in_progress" | "at_stop" | "completed" | "cancelled" | "no_show" | "no_drivers" | "failed";
                            stops?: {
                                lat: number;
                                lng: number;
                            }[];
                            tier?: string;
                            tripId?: string;
                            version?: number;
                        }[];
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
    postV1Trips: {
        parameters: {
            query?: never;
            header?: {
                /** @description Generated by the client. A request repeated under the same key within 24 h is performed once and gets the same answer. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    dropoff: {
                        lat: number;
                        lng: number;
                    };
                    pickup: {
                        lat: number;
                        lng: number;
                    };
                    riderId?: string;
                    /** Format: date-time */
                    scheduledAt?: string;
                    /** @default [] */
                    stops?: {
                        lat: number;
                        lng: number;
                    }[];
                    /**
                     * @default standard
                     * @enum {string}
                     */
                    tier?: "standard" | "comfort" | "xl";
                    /** Format: uuid */
                    tripId: string;
                };
            };
        };
        responses: {
            /** @description Requests a trip. The client chooses its id: a repeat answers the same trip with 200. Answers at once as `searching` or `scheduled`. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        state: "scheduled" | "searching" | "offered" | "accepted" | "arrived" | "in_progress" | "at_stop" | "completed" | "cancelled" | "no_show" | "no_drivers" | "failed";
                        tripId: string;
                        version: number;
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
    getV1TripsTripId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tripId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One trip, for its rider, its driver and operators. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        attention: ("driver_silent" | "fare_review") | null;
                        driverId: string | null;
                        driverSilentSince: string | null;
                        dropoff: {
                            lat: number;
                            lng: number;
                        };
                        endedAt: string | null;
                        fare: {
                            assumed: boolean;
                            currency: string;
                            /** @description an integer of the currency's minor units (ISO 4217) */
                            minor: number;
                        } | null;
                        offers?: {
                            distanceMetres: number;
                            driverId: string;
                            endedAt: string | null;
                            etaSeconds: number;
                            /** Format: date-time */
                            expiresAt: string;
                            /** Format: date-time */
                            offeredAt: string;
                            offerId: string;
                            /** @enum {string} */
                            state: "open" | "accepted" | "declined" | "expired" | "undelivered" | "revoked";
                        }[];
                        open: boolean;
                        pickup: {
                            lat: number;
                            lng: number;
                        };
                        reason: string | null;
                        /** Format: date-time */
                        requestedAt: string;
                        riderId: string;
                        riderMayEnd: boolean;
                        scheduledAt: string | null;
                        slot: ("active" | "queued") | null;
                        /** @enum {string} */
                        state: "scheduled" | "searching" | "offered" | "accepted" | "arrived" | "in_progress" | "at_stop" | "completed" | "cancelled" | "no_show" | "no_drivers" | "failed";
                        stops: {
                            lat: number;
                            lng: number;
                        }[];
                        tier: string;
                        tripId: string;
                        version: number;
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
    getV1TripsTripIdAudit: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tripId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Operator actions on a trip, newest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        entries: {
                            action: string;
                            actor: {
                                id: string;
                                role: string;
                            };
                            /** Format: date-time */
                            at: string;
                            data: {
                                [key: string]: unknown;
                            };
                        }[];
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
    postV1TripsTripIdCancel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tripId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    commandId: string;
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description Cancels a trip, as its rider or as an operator; operators must give a reason. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        state: "scheduled" | "searching" | "offered" | "accepted" | "arrived" | "in_progress" | "at_stop" | "completed" | "cancelled" | "no_show" | "no_drivers" | "failed";
                        tripId: string;
                        version: number;
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
    getV1TripsTripIdCandidates: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tripId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The candidates of a trip: every driver considered, each with one reason why they were or were not chosen. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        byReason: {
                            [key: string]: number;
                        };
                        considered: number;
                        drivers: {
                            /** Format: date-time */
                            at: string;
                            distanceMetres: number | null;
                            driverId: string;
                            etaSeconds: number | null;
                            /** @enum {string} */
                            reason: "offered" | "accepted" | "declined" | "expired" | "undelivered" | "revoked" | "barred" | "stale" | "busy" | "on_offer" | "wrong_tier" | "documents_lacking" | "too_far" | "unreachable" | "not_nearest" | "lost_to_other" | "assigned_elsewhere" | "claim_failed" | "offer_limit" | "cooling_down";
                            rounds: number;
                        }[];
                        tripId: string;
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
    postV1TripsTripIdCommands: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tripId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    action: "arrived" | "start" | "pause" | "resume" | "stop_reached" | "complete" | "cancel" | "no_show";
                    /** Format: date-time */
                    at: string;
                    commandId: string;
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description A command of a driver on their trip; equivalent to the socket event `trip:command`. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        state: "scheduled" | "searching" | "offered" | "accepted" | "arrived" | "in_progress" | "at_stop" | "completed" | "cancelled" | "no_show" | "no_drivers" | "failed";
                        tripId: string;
                        version: number;
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
    getV1TripsTripIdEvents: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tripId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The events of a trip, oldest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        events: {
                            /** @enum {string} */
                            actor: "rider" | "driver" | "operator" | "system";
                            at: number;
                            data: {
                                [key: string]: unknown;
                            };
                            /** @enum {string} */
                            state: "scheduled" | "searching" | "offered" | "accepted" | "arrived" | "in_progress" | "at_stop" | "completed" | "cancelled" | "no_show" | "no_drivers" | "failed";
                            tripId: string;
                            type: string;
                            version: number;
                        }[];
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
    postV1TripsTripIdFareReview: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tripId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    commandId: string;
                    reason: string;
                    version: number;
                };
            };
        };
        responses: {
            /** @description Marks the fare of a ride that ended without its driver (`attention: fare_review`) as reviewed, if the trip is still at the given version. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        state: "scheduled" | "searching" | "offered" | "accepted" | "arrived" | "in_progress" | "at_stop" | "completed" | "cancelled" | "no_show" | "no_drivers" | "failed";
                        tripId: string;
                        version: number;
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
    postV1TripsTripIdReassign: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tripId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    commandId: string;
                    reason: string;
                };
            };
        };
        responses: {
            /** @description Removes the driver from a trip that has not started; the search starts again without this driver. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        state: "scheduled" | "searching" | "offered" | "accepted" | "arrived" | "in_progress" | "at_stop" | "completed" | "cancelled" | "no_show" | "no_drivers" | "failed";
                        tripId: string;
                        version: number;
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
    postV1TripsBatch: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    tripIds: string[];
                };
            };
        };
        responses: {
            /** @description Up to 100 trips by id: one result per id, in the order requested. Riders and drivers find their own trips only. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        results: ({
                            id: string;
                            /** @constant */
                            ok: true;
                            value: {
                                attention: ("driver_silent" | "fare_review") | null;
                                driverId: string | null;
                                driverSilentSince: string | null;
                                dropoff: {
                                    lat: number;
                                    lng: number;
                                };
                                endedAt: string | null;
                                fare: {
                                    assumed: boolean;
                                    currency: string;
                                    /** @description an integer of the currency's minor units (ISO 4217) */
                                    minor: number;
                                } | null;
                                offers?: {
                                    distanceMetres: number;
                                    driverId: string;
                                    endedAt: string | null;
                                    etaSeconds: number;
                                    /** Format: date-time */
                                    expiresAt: string;
                                    /** Format: date-time */
                                    offeredAt: string;
                                    offerId: string;
                                    /** @enum {string} */
                                    state: "open" | "accepted" | "declined" | "expired" | "undelivered" | "revoked";
                                }[];
                                open: boolean;
                                pickup: {
                                    lat: number;
                                    lng: number;
                                };
                                reason: string | null;
                                /** Format: date-time */
                                requestedAt: string;
                                riderId: string;
                                riderMayEnd: boolean;
                                scheduledAt: string | null;
                                slot: ("active" | "queued") | null;
                                /** @enum {string} */
                                state: "scheduled" | "searching" | "offered" | "accepted" | "arrived" | "in_progress" | "at_stop" | "completed" | "cancelled" | "no_show" | "no_drivers" | "failed";
                                stops: {
                                    lat: number;
                                    lng: number;
                                }[];
                                tier: string;
                                tripId: string;
                                version: number;
                            };
                        } | {
                            /** @enum {string} */
                            code: "SCALE_001" | "SCALE_002" | "SCALE_003" | "SCALE_004" | "SCALE_005" | "SCALE_006" | "BUSY" | "SHED" | "SLOW_CONSUMER" | "STORE_FULL" | "UNAVAILABLE" | "TIMEOUT" | "PROTOCOL_UNSUPPORTED" | "VALIDATION" | "UNKNOWN_EVENT" | "UNAUTHENTICATED" | "TOKEN_INVALID" | "TOKEN_IN_URL" | "TOKEN_EXPIRED" | "TOKEN_REVOKED" | "WRONG_AUDIENCE" | "ORIGIN_DENIED" | "FORBIDDEN" | "NOT_FOUND" | "METHOD_NOT_ALLOWED" | "CONFLICT" | "ILLEGAL_TRANSITION" | "KEY_REUSED" | "GONE" | "UNPRESENTABLE" | "PAYLOAD_TOO_LARGE" | "CONNECTION_LIMIT" | "CONNECTION_REPLACED" | "DRAINING" | "INTERNAL";
                            detail?: string;
                            id: string;
                            /** @constant */
                            ok: false;
                        })[];
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
    postV1TripsHistories: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    tripIds: string[];
                };
            };
        };
        responses: {
            /** @description Up to 50 trips by id, each with its events and the commands that took effect: one result per id, in the order requested. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        results: ({
                            id: string;
                            /** @constant */
                            ok: true;
                            value: {
                                commands: {
                                    commandId: string;
                                    /** @enum {string} */
                                    state: "scheduled" | "searching" | "offered" | "accepted" | "arrived" | "in_progress" | "at_stop" | "completed" | "cancelled" | "no_show" | "no_drivers" | "failed";
                                    version: number;
                                }[];
                                /** @description false: the trip had more commands than are kept */
                                commandsComplete: boolean;
                                driverId: string | null;
                                events: {
                                    /** @enum {string} */
                                    actor: "rider" | "driver" | "operator" | "system";
                                    at: number;
                                    data: {
                                        [key: string]: unknown;
                                    };
                                    /** @enum {string} */
                                    state: "scheduled" | "searching" | "offered" | "accepted" | "arrived" | "in_progress" | "at_stop" | "completed" | "cancelled" | "no_show" | "no_drivers" | "failed";
                                    tripId: string;
                                    type: string;
                                    version: number;
                                }[];
                                open: boolean;
                                /** @enum {string} */
                                state: "scheduled" | "searching" | "offered" | "accepted" | "arrived" | "in_progress" | "at_stop" | "completed" | "cancelled" | "no_show" | "no_drivers" | "failed";
                                tripId: string;
                                version: number;
                            };
                        } | {
                            /** @enum {string} */
                            code: "SCALE_001" | "SCALE_002" | "SCALE_003" | "SCALE_004" | "SCALE_005" | "SCALE_006" | "BUSY" | "SHED" | "SLOW_CONSUMER" | "STORE_FULL" | "UNAVAILABLE" | "TIMEOUT" | "PROTOCOL_UNSUPPORTED" | "VALIDATION" | "UNKNOWN_EVENT" | "UNAUTHENTICATED" | "TOKEN_INVALID" | "TOKEN_IN_URL" | "TOKEN_EXPIRED" | "TOKEN_REVOKED" | "WRONG_AUDIENCE" | "ORIGIN_DENIED" | "FORBIDDEN" | "NOT_FOUND" | "METHOD_NOT_ALLOWED" | "CONFLICT" | "ILLEGAL_TRANSITION" | "KEY_REUSED" | "GONE" | "UNPRESENTABLE" | "PAYLOAD_TOO_LARGE" | "CONNECTION_LIMIT" | "CONNECTION_REPLACED" | "DRAINING" | "INTERNAL";
                            detail?: string;
                            id: string;
                            /** @constant */
                            ok: false;
                        })[];
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
    postV1Users: {
        parameters: {
            query?: never;
            header?: {
                /** @description Generated by the client. A request repeated under the same key within 24 h is performed once and gets the same answer. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    login: string;
                    name: string;
                    password: string;
                    reason: string;
                    /** @enum {string} */
                    role: "driver" | "operator" | "admin";
                    /** @enum {string} */
                    tier?: "standard" | "comfort" | "xl";
                    vehicle?: {
                        description: string;
                        plate: string;
                    };
                };
            };
        };
        responses: {
            /** @description Creates an operator, admin or driver account; a reason is required. Logins are unique: a repeat is CONFLICT. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: date-time */
                        createdAt: string;
                        driver?: {
                            /** @enum {string} */
                            tier: "standard" | "comfort" | "xl";
                            vehicle: {
                                description: string;
                                id: string;
                                plate: string;
                            } | null;
                        };
                        id: string;
                        login: string;
                        name: string;
                        region: string;
                        /** @enum {string} */
                        role: "driver" | "rider" | "operator" | "admin";
                        /** @enum {string} */
                        state: "active" | "suspended";
                        version: number;
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
    postV1UsersUserIdReinstate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                userId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reason: string;
                };
            };
        };
        responses: {
            /** @description Reinstates a suspended user, who may then sign in again; a reason is required. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: date-time */
                        createdAt: string;
                        driver?: {
                            /** @enum {string} */
                            tier: "standard" | "comfort" | "xl";
                            vehicle: {
                                description: string;
                                id: string;
                                plate: string;
                            } | null;
                        };
                        id: string;
                        login: string;
                        name: string;
                        region: string;
                        /** @enum {string} */
                        role: "driver" | "rider" | "operator" | "admin";
                        /** @enum {string} */
                        state: "active" | "suspended";
                        version: number;
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
    postV1UsersUserIdRevoke: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                userId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reason: string;
                };
            };
        };
        responses: {
            /** @description Ends all sessions, tokens and sockets of a user; a reason is required. The user may sign in again. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
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
    postV1UsersUserIdSuspend: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                userId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reason: string;
                };
            };
        };
        responses: {
            /** @description Suspends a user at once, until they are reinstated; a reason is required. Admins cannot suspend themselves or the last admin. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: date-time */
                        createdAt: string;
                        driver?: {
                            /** @enum {string} */
                            tier: "standard" | "comfort" | "xl";
                            vehicle: {
                                description: string;
                                id: string;
                                plate: string;
                            } | null;
                        };
                        id: string;
                        login: string;
                        name: string;
                        region: string;
                        /** @enum {string} */
                        role: "driver" | "rider" | "operator" | "admin";
                        /** @enum {string} */
                        state: "active" | "suspended";
                        version: number;
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
}
