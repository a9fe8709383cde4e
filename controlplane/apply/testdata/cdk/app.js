// A CDK app as people write them: its template is applied by the test beside it.
const cdk = require('aws-cdk-lib');
const apigateway = require('aws-cdk-lib/aws-apigateway');
const acm = require('aws-cdk-lib/aws-certificatemanager');
const cognito = require('aws-cdk-lib/aws-cognito');
const lambda = require('aws-cdk-lib/aws-lambda');
const stepfunctions = require('aws-cdk-lib/aws-stepfunctions');

const app = new cdk.App();
const stack = new cdk.Stack(app, 'Shop', { env: { account: '000000000000', region: 'us-east-1' } });

const fn = (id) => new lambda.Function(stack, id, {
  functionName: id.toLowerCase(), runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromInline('exports.handler = async () => ({})'),
});
const hello = fn('Hello');
const guard = fn('Guard');

const api = new apigateway.RestApi(stack, 'Api', {
  restApiName: 'shop', deployOptions: { stageName: 'prod', variables: { color: 'blue' }, throttlingRateLimit: 500, throttlingBurstLimit: 700 },
  defaultCorsPreflightOptions: { allowOrigins: apigateway.Cors.ALL_ORIGINS },
});
api.root.addMethod('GET', new apigateway.MockIntegration({
  requestTemplates: { 'application/json': '{"statusCode": 200}' },
  integrationResponses: [{ statusCode: '200', responseTemplates: { 'application/json': '{"message": "hello from CDK"}' } }],
}), { methodResponses: [{ statusCode: '200' }] });
const items = api.root.addResource('items');
const model = api.addModel('Item', { modelName: 'Item', schema: { type: apigateway.JsonSchemaType.OBJECT, required: ['id'] } });
items.addMethod('POST', new apigateway.LambdaIntegration(hello), {
  requestModels: { 'application/json': model }, requestValidator: api.addRequestValidator('Body', { validateRequestBody: true }),
});
items.addMethod('GET', new apigateway.HttpIntegration(process.env.BACKEND + '/items'), { apiKeyRequired: true });
api.root.addResource('token').addMethod('GET', new apigateway.LambdaIntegration(hello), {
  authorizer: new apigateway.TokenAuthorizer(stack, 'Token', { handler: guard }),
});
const pool = new cognito.UserPool(stack, 'Pool');
api.root.addResource('pool').addMethod('GET', new apigateway.LambdaIntegration(hello), {
  authorizer: new apigateway.CognitoUserPoolsAuthorizer(stack, 'Users', { cognitoUserPools: [pool] }),
});
api.addGatewayResponse('Denied', { type: apigateway.ResponseType.DEFAULT_4XX, responseHeaders: { 'Access-Control-Allow-Origin': "'*'" } });

const plan = api.addUsagePlan('Plan', { throttle: { rateLimit: 100, burstLimit: 200 }, quota: { limit: 10000, period: apigateway.Period.DAY } });
plan.addApiStage({ stage: api.deploymentStage });
plan.addApiKey(api.addApiKey('Key', { value: 'a-key-of-twenty-letters-or-more' }));

new apigateway.DomainName(stack, 'Domain', {
  domainName: 'shop.example.com', endpointType: apigateway.EndpointType.REGIONAL,
  certificate: acm.Certificate.fromCertificateArn(stack, 'Certificate', process.env.CERTIFICATE), mapping: api,
});

const proxied = new apigateway.LambdaRestApi(stack, 'Proxied', { handler: hello });
const machine = new stepfunctions.StateMachine(stack, 'Machine', {
  stateMachineType: stepfunctions.StateMachineType.EXPRESS, definitionBody: stepfunctions.DefinitionBody.fromChainable(new stepfunctions.Pass(stack, 'Pass')),
});
const stepped = new apigateway.StepFunctionsRestApi(stack, 'Stepped', { stateMachine: machine });

for (const [name, one] of Object.entries({ Api: api, Proxied: proxied, Stepped: stepped })) {
  new cdk.CfnOutput(stack, name + 'Id', { value: one.restApiId });
}
